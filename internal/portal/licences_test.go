package portal_test

import (
	"bytes"
	"context"
	"html"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/licence"
	"wangban/internal/web"
	"wangban/items"
)

// issue issues a licence to the unit, out of somebody's case.
func (h *house) issue(with map[string]string) licence.Licence {
	h.Helper()
	id := h.begin("food-filing", "food-complete", "somebody", nil, form.Values{"unit.uscc": unit})
	settings := map[string]string{"kind": "food-filing", "number": "food-filing", "document": "certificate", "public": "food.mode"}
	maps.Copy(settings, with)
	return h.effect(h.licences.Issue, id, settings)
}

// effect runs an effect of the licence room as the act of a case.
func (h *house) effect(do casework.Effect, id string, with map[string]string) licence.Licence {
	h.Helper()
	s, _, err := h.door.Get(h.Context(), id)
	h.must(err)
	var results map[string]string
	h.must(h.db.Write(h.Context(), func(ctx context.Context, tx db.Tx) error {
		results, err = do(ctx, tx, casework.Call{With: with}, casework.State{}, s, casework.Event{At: h.clock(), Data: casework.EventData{Reason: "原因"}})
		return err
	}))
	l, _, err := h.licences.Find(h.Context(), results["licence"]+results["licence_ended"])
	h.must(err)
	return l
}

// renewals are the shipped items with two more, that renew and cancel what the
// filing issues.
func renewals(t *testing.T) *item.Library {
	t.Helper()
	own := t.TempDir()
	read := func(name string) string {
		content, err := items.Files.ReadFile("food-filing/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	for _, act := range []string{"renew", "cancel"} {
		dir := filepath.Join(own, "test-"+act)
		if err := os.CopyFS(dir, must(fs.Sub(items.Files, "food-filing"))); err != nil {
			t.Fatal(err)
		}
		for name, content := range map[string]string{
			"item.yaml": read("item.yaml") + "\nlicence: {kind: food-filing, act: " + act + ", field: held.number}\n",
			"form.yaml": strings.Replace(read("form.yaml"), "pages:\n", "pages:\n  - page: number\n    title: 证照\n    fields:\n      held.number: {label: 证照编号, type: text}\n", 1),
			"flow.yaml": strings.Replace(read("flow.yaml"), "casework.same-applicant]", "casework.same-applicant, in-time]", 1) + "\nchecks: {in-time: {licence.held: {licence: held.number, kind: food-filing, window: 90..15 workdays}}}\n",
		} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return must(item.NewLibrary(items.Files, own))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// The wallet tells what is due, holds the code out, and begins the items that a
// licence has with what is known of it; what identifies a person goes to nobody
// who has not given it.
func TestWallet(t *testing.T) {
	h := openWith(t, baseURL, renewals(t))
	h.openAccount(nil)
	h.wait(time.Date(2021, 6, 1, 9, 0, 0, 0, form.Shanghai).Sub(friday))
	l := h.issue(map[string]string{"valid": "1 year"})
	owner := h.browser()
	owner.get("/my/licences").is(http.StatusOK, "还没有电子证照", "登录").lacks(l.Number)
	owner.owner()
	owner.get("/my").is(http.StatusOK, "我的证照")
	owner.get("/my/licences").is(http.StatusOK, l.Number, "有效", "2022年5月31日", "出示二维码", "注销").lacks("办理延续<", "可以办理延续")
	owner.get("/licences/"+l.Number+"/show").is(http.StatusOK, "<svg", l.Unit, "有效")
	h.browser().get("/licences/" + l.Number + "/show").is(http.StatusNotFound)

	h.wait(time.Date(2022, 4, 1, 9, 0, 0, 0, form.Shanghai).Sub(h.clock()))
	owner.owner()
	p := owner.get("/my/licences").is(http.StatusOK, "现在可以办理延续", `action="/items/test-renew/start"`)
	key := p.find(`name="key" value="([^"]+)"`)
	owner.get("/").is(http.StatusOK).lacks("/items/test-renew") // where something begins
	for _, wrong := range []struct{ item, number string }{{"food-filing", l.Number}, {"test-renew", "YB23415230099999"}, {"no-item", l.Number}} {
		owner.post("/items/"+wrong.item+"/start", "key", web.NewKey(), "licence", wrong.number).is(http.StatusNotFound, "不在你名下")
	}
	h.browser().post("/items/test-renew/start", "key", web.NewKey(), "licence", l.Number).is(http.StatusNotFound, "不在你名下")
	page := owner.post("/items/test-renew/start", "key", key, "licence", l.Number).is(http.StatusOK, `value="`+l.Number+`"`)
	s, it, err := h.door.Get(t.Context(), pathID(page.path))
	h.must(err)
	for field, want := range map[string]any{"held.number": l.Number, "unit.uscc": unit, "unit.name": l.Unit, "food.mode": "retail", "contact.mobile": nil, "contact.name": nil, "promise.made": nil, "files.licence": nil} {
		if s.Values[field] != want {
			t.Errorf("%s is %v, not %v", field, s.Values[field], want)
		}
	}
	if s.Values["unit.rep"] == nil || it.Name != "test-renew" {
		t.Errorf("%+v", s.Values)
	}

	h.wait(time.Date(2022, 5, 20, 9, 0, 0, 0, form.Shanghai).Sub(h.clock()))
	owner.owner()
	owner.get("/my/licences").is(http.StatusOK, "办理延续的时间已经过了", "test-renew")
	// Who begins late is told before handing in.
	p = owner.get("/my/licences")
	page = owner.post("/items/test-renew/start", "key", p.find(`name="key" value="([^"]+)"`), "licence", l.Number).is(http.StatusOK)
	s, _, err = h.door.Get(t.Context(), pathID(page.path))
	h.must(err)
	id := h.begin("test-renew", "food-complete", s.Owner, nil, form.Values{"held.number": l.Number, "unit.uscc": unit})
	filled, _, err := h.door.Get(t.Context(), id)
	h.must(err)
	mobile, _ := filled.Values["contact.mobile"].(string)
	_, err = h.door.Do(t.Context(), id, casework.Input{Act: casework.ActVerify, Key: "proven", Actor: casework.Actor{Kind: casework.Applicant, ID: s.Owner, Session: s.Owner},
		Data: casework.Data{Verified: map[string]string{"contact.mobile": mobile}}})
	h.must(err)
	owner.get("/cases/"+id+"/check").is(http.StatusOK, "已经过了办理延续的时间", "提交备案")
	h.wait(time.Date(2022, 6, 1, 9, 0, 0, 0, form.Shanghai).Sub(h.clock()))
	owner.owner()
	owner.get("/my/licences").is(http.StatusOK, "已过期", "有效期已满", "test-cancel").lacks("test-renew")
}

// A document or the text of a code that somebody brings is verified; whoever
// holds an older version is told so.
func TestBroughtLicences(t *testing.T) {
	h := open(t)
	h.wait(time.Date(2021, 6, 1, 9, 0, 0, 0, form.Shanghai).Sub(friday))
	l := h.issue(nil)
	content, err := h.licences.VerifyURL(l)
	h.must(err)
	b := h.browser()
	file := []byte(b.get("/licences/" + l.Number + "/pdf?code=" + l.Code).is(http.StatusOK).body)
	b.upload("/licences/check", "file", "a.pdf", file).is(http.StatusOK, "这份证照是真的，现在有效", "舒城县市场监督管理局盖电子印章", "测试证书", l.Unit).lacks("下载证照")
	b.post("/licences/check", "text", content).is(http.StatusOK, "这份证照是真的，现在有效", "签名是本机关的", l.Unit)
	_, proof, _ := strings.Cut(content, "#")
	b.post("/licences/check", "text", strings.ToLower(proof)).is(http.StatusOK, l.Unit)
	b.get("/v/"+strings.ToUpper(l.Code)).is(http.StatusOK, l.Unit).at("/licences/" + l.Number + "?code=" + l.Code)
	b.upload("/licences/check", "file", "a.pdf", []byte("%PDF-1.7 another")).is(http.StatusUnprocessableEntity, `id="file-error"`, "不是本机关发的电子证照", "有 1 处需要修改").lacks(l.Unit)
	b.upload("/licences/check", "file", "a.pdf", bytes.Replace(file, []byte(l.Code), []byte("0000000000000000"), 2)).is(http.StatusUnprocessableEntity).lacks(l.Unit)
	b.post("/licences/check").is(http.StatusUnprocessableEntity, `id="file-error"`)
	b.post("/licences/check", "text", "<b>x").is(http.StatusUnprocessableEntity, `id="text-error"`, "&lt;b&gt;x")
	b.post("/licences/check", "text", proof[:60]+"A"+proof[61:]).is(http.StatusUnprocessableEntity, `id="text-error"`).lacks(l.Unit)
	b.post("/licences/check", "text", strings.Repeat("A", 5000)).is(http.StatusUnprocessableEntity, `id="text-error"`)
	b.get("/licences/keys.pem").is(http.StatusOK, "CERTIFICATE")
	b.get("/licences").is(http.StatusOK, `href="/licences/offline"`)
	b.get("/licences/offline").is(http.StatusOK, "下载公钥", "wangban verify").lacks("下载根证书") // none are given out here
	b.get("/licences/roots.pem").is(http.StatusNotFound)

	h.wait(time.Hour)
	change := h.begin("food-filing", "food-complete", "somebody", nil, form.Values{"unit.uscc": unit, "site.address": l.Number, "unit.name": "舒城县新名字便利店"})
	with := map[string]string{"licence": "site.address", "kind": "food-filing", "document": "certificate"}
	h.effect(h.licences.Change, change, with)
	b.get("/licences/"+l.Number+"?code="+l.Code).is(http.StatusOK, "这是旧的版本，已经换成新的。", "舒城县新名字便利店", "变动记录", "第 2 版").lacks("下载证照", "这份证照是真的，现在有效")
	b.get("/licences/" + l.Number + "/pdf?code=" + l.Code).is(http.StatusNotFound)
	b.upload("/licences/check", "file", "a.pdf", file).is(http.StatusOK, "这是旧的版本，已经换成新的。").lacks("这份证照是真的，现在有效")
	h.effect(h.licences.Revoke, change, with)
	b.get("/licences/"+l.Number+"?code="+l.Code).is(http.StatusOK, "这份证照已撤销", "证照确实由本机关发出").lacks("下载证照", "原因")
	b.post("/licences/check", "text", content).is(http.StatusOK, "这份证照已撤销")
}

// Who holds many finds one among them, and is told of those that are not shown.
func TestWalletOfMany(t *testing.T) {
	h := open(t)
	h.openAccount(nil)
	h.wait(time.Date(2021, 6, 1, 9, 0, 0, 0, form.Shanghai).Sub(friday))
	owner := h.browser()
	owner.owner()
	first := h.issue(nil)
	owner.get("/my/licences").is(http.StatusOK, first.Number).lacks("在我的证照里找")
	var last licence.Licence
	for range walletMost {
		h.wait(time.Second)
		last = h.issue(nil)
	}
	owner.get("/my/licences").is(http.StatusOK, "在我的证照里找", "一共 51 份", "还有 1 份没有显示", `id="number-`)
	for _, q := range []string{last.Number, strings.ToLower(last.Number), last.Number + " 零售"} {
		owner.get("/my/licences?q="+url.QueryEscape(q)).is(http.StatusOK, last.Number, "找到 1 份", "看全部").lacks(first.Number)
	}
	owner.get("/my/licences?q=nothing").is(http.StatusOK, "没有写着“nothing”的证照").lacks("还没有电子证照", first.Number)
}

// walletMost is how many licences the wallet shows at most.
const walletMost = 50

// The public list is searched and downloaded by anybody, and tells nothing of
// people.
func TestPublicList(t *testing.T) {
	h := open(t)
	h.wait(time.Date(2021, 6, 1, 9, 0, 0, 0, form.Shanghai).Sub(friday))
	l := h.issue(nil)
	b := h.browser()
	personal := []string{"contact", "王", l.Code}
	b.get("/licences/all").is(http.StatusOK, l.Number, l.Unit, unit, "零售", "有效").lacks(personal...)
	for _, q := range []string{"q=" + l.Number, "q=" + unit, "q=" + url.QueryEscape("便利"), "kind=food-filing&status=valid&town=" + l.Town} {
		b.get("/licences/all?"+q).is(http.StatusOK, l.Number)
		b.get("/licences/all.csv?"+q).is(http.StatusOK, l.Number, "证照编号").lacks(personal...)
	}
	for _, q := range []string{"q=nothing", "kind=x", "status=revoked", "town=1", "after=1-1", "status='"} {
		b.get("/licences/all?"+q).is(http.StatusOK, "没有查到证照").lacks(l.Number)
	}
	for range 31 {
		h.wait(time.Second)
		h.issue(nil)
	}
	p := b.get("/licences/all").is(http.StatusOK, "下一页").lacks(l.Number)
	b.get(html.UnescapeString(p.find(`href="(/licences/all\?after=[^"]+)"`))).is(http.StatusOK, l.Number).lacks("下一页")
}

// Anyone verifies a licence by its QR code or by number and unit; a number
// alone tells nothing. The document is for its owner and for who has the code.
func TestLicences(t *testing.T) {
	h := open(t)
	h.openAccount(nil)
	h.wait(time.Date(2021, 6, 1, 9, 0, 0, 0, form.Shanghai).Sub(friday))
	l := h.issue(nil)
	number := l.Number

	b := h.browser()
	address := "/licences/" + number
	known := []string{"这份证照是真的，现在有效", l.Title, l.Unit, unit, "2021年6月1日"}
	b.get("/licences").is(http.StatusOK, "证照核验").lacks("没有这份证照")
	b.get(address).is(http.StatusOK, `value="`+number+`"`).lacks(l.Unit, "没有这份证照")
	b.get(address+"?code="+l.Code).is(http.StatusOK, known...)
	b.get("/licences?number="+number+"&holder="+unit).is(http.StatusOK, known...).lacks("下载证照")
	for _, wrong := range []string{address + "?code=0000000000000000", "/licences/YB23415230000000?code=" + l.Code,
		"/licences?number=" + number + "&holder=" + secondUnit, "/licences?number=nothing&holder=" + unit, "/v/0000000000000000"} {
		b.get(wrong).is(http.StatusNotFound, "没有这份证照", "逐位核对").lacks(l.Unit)
	}
	b.get("/licences?number=&holder=").is(http.StatusUnprocessableEntity, "填证照编号", "有 2 处需要修改")

	b.get(address + "/pdf").is(http.StatusNotFound)
	b.get(address + "/pdf?code=" + unit).is(http.StatusNotFound)
	b.get(address+"/pdf?code="+l.Code).is(http.StatusOK, "%PDF of certificate")
	agent := h.browser()
	agent.logIn(agentCell, secret, agentCell)
	agent.get("/organisation").is(http.StatusOK, l.Title, number)
	agent.get(address).is(http.StatusOK, "出示二维码", "下载证照")
	if got := agent.get(address+"/pdf").is(http.StatusOK, "%PDF").header.Get("Content-Type"); got != "application/pdf" {
		t.Errorf("the document comes as %s", got)
	}
}
