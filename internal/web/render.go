package web

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"
)

// Render writes a page. It is rendered whole before the status is sent, so
// that an error on the way cannot leave half a page.
func Render(w http.ResponseWriter, r *http.Request, status int, page templ.Component) {
	var b bytes.Buffer
	if err := page.Render(r.Context(), &b); err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// problemTitles are what an error page is headed with.
var problemTitles = map[int]string{
	http.StatusBadRequest:            "这个请求看不懂",
	http.StatusForbidden:             "这一页不能给你看",
	http.StatusNotFound:              "没有这个页面",
	http.StatusMethodNotAllowed:      "不能这样打开这个页面",
	http.StatusConflict:              "内容已经变了",
	http.StatusGone:                  "这个链接已经失效",
	http.StatusRequestEntityTooLarge: "文件太大",
	http.StatusUnprocessableEntity:   "还有内容要改",
	http.StatusTooManyRequests:       "操作太频繁",
	http.StatusInternalServerError:   "我们这边出了问题",
}

var problemAdvice = map[int]string{
	http.StatusBadRequest:            "回到上一页，刷新后再试。",
	http.StatusForbidden:             "换成有权限的账号登录，或者回到首页。",
	http.StatusNotFound:              "可能事项已合并，搜一下名称。",
	http.StatusMethodNotAllowed:      "从首页进入，按页面上的按钮办理。",
	http.StatusRequestEntityTooLarge: "选小一点的文件，或者分开上传。",
	http.StatusTooManyRequests:       "过一会儿再试。",
	http.StatusInternalServerError:   "这一步没有办成，之前保存的内容都在。稍后再试，或者打电话告诉我们下面的编号。",
}

// Fail answers with an error page, or application/problem+json for a client
// that asks for JSON. An empty text takes the advice of the status.
func Fail(w http.ResponseWriter, r *http.Request, status int, text string, args ...any) {
	FailAs(w, r, status, problemTitles[status], text, args...)
}

// FailAs is Fail under another heading than the status has: a service that is
// closed and a link that is used up are both gone.
func FailAs(w http.ResponseWriter, r *http.Request, status int, heading, text string, args ...any) {
	ctx := r.Context()
	title := T(ctx, heading)
	if title == "" {
		title = http.StatusText(status)
	}
	advice := T(ctx, problemAdvice[status])
	if text != "" {
		advice = Tf(ctx, text, args...)
	}
	if strings.Contains(r.Header.Get("Accept"), "application/json") || strings.Contains(r.Header.Get("Accept"), "application/problem+json") {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]any{"title": title, "status": status, "detail": advice, "instance": ChromeOf(ctx).Request})
		return
	}
	Render(w, r, status, errorPage(status, title, advice))
}

// under tells whether the page that was asked for stands below one of these:
// where to go on from an error depends on it.
func under(ctx context.Context, paths ...string) bool {
	return slices.ContainsFunc(paths, func(path string) bool { return strings.HasPrefix(ChromeOf(ctx).Path, path) })
}

// NotFound is the page for addresses nobody serves. At the workbench it is staff
// who have come there.
func NotFound(w http.ResponseWriter, r *http.Request) {
	text := ""
	if under(r.Context(), "/desk/") {
		text = "核对网址。办件在“全部办件”里按编号、名称或者统一社会信用代码找。"
	}
	Fail(w, r, http.StatusNotFound, text)
}
