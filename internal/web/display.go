package web

import (
	"net/http"
	"net/url"
	"strings"
)

func splitDots(s string) []string { return strings.SplitN(s, ".", 4) }

// SetDisplay answers POST /display: it changes one preference and returns to
// the page the reader was on.
func SetDisplay(w http.ResponseWriter, r *http.Request) {
	c := ChromeOf(r.Context())
	next := Chrome{Lang: c.Lang, Size: c.Size, Theme: c.Theme, Contrast: c.Contrast}
	switch set := r.PostFormValue("set"); set {
	case "en":
		next.Lang = English
	case "zh":
		next.Lang = Chinese
	case "elder", "huge":
		next.Size = set
	case "normal":
		next.Size = ""
	case "dark", "light":
		next.Theme = set
	case "more", "less":
		next.Contrast = set
	default:
		Fail(w, r, http.StatusBadRequest, "没有这种显示方式。从页面顶部的按钮里选。")
		return
	}
	http.SetCookie(w, &http.Cookie{Name: displayCookie, Path: "/", MaxAge: 365 * 24 * 3600, SameSite: http.SameSiteLaxMode, HttpOnly: true,
		Value: strings.Join([]string{string(next.Lang), next.Size, next.Theme, next.Contrast}, ".")})
	http.Redirect(w, r, LocalPath(r.PostFormValue("back")), http.StatusSeeOther)
}

// ForgetDisplay puts language and display back to what a new reader gets.
func ForgetDisplay(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: displayCookie, Path: "/", MaxAge: -1, SameSite: http.SameSiteLaxMode, HttpOnly: true})
}

// LocalPath keeps a redirect on this site: anything that is not a plain path
// of ours becomes the home page.
func LocalPath(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.ContainsAny(s, "\\\r\n") {
		return "/"
	}
	return s
}
