package portal_test

import (
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"wangban/county"
	"wangban/internal/account"
	"wangban/internal/casework"
	shucheng "wangban/internal/county"
	"wangban/internal/english"
	"wangban/internal/form"
	"wangban/internal/licence"
	"wangban/internal/web"
)

func TestEnglishIsComplete(t *testing.T) {
	english.Above(t, read(t, "en.yaml"), read(t, "../web/en.yaml"), read(t, "../material/en.yaml"))
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

var (
	tags    = regexp.MustCompile(`<[^>]*>`)
	chinese = regexp.MustCompile(`[\p{Han}（），。：；？！、]+`)
)

// English pages hold no Chinese but names.
func TestEnglishPages(t *testing.T) {
	h := open(t)
	h.openAccount(nil)
	for _, it := range h.items.All() {
		web.AddTexts(it.English)
	}
	web.AddEnglish(account.English)
	web.AddEnglish(form.English)
	web.AddEnglish(licence.English)
	place, err := shucheng.Read(county.Shucheng)
	h.must(err)
	web.AddTexts(place.English())
	helper := &casework.Officer{ID: "sunli", Name: "孙丽", Unit: "approval"}
	id := h.begin("legal-person-account", "rep-complete", casework.HelperOwner("sunli"), helper, nil)
	token, _, err := h.accounts.OfferTakeover(t.Context(), id)
	h.must(err)
	b := h.browser()
	u, err := url.Parse(h.server.URL)
	h.must(err)
	b.client.Jar.SetCookies(u, []*http.Cookie{{Name: "wb_display", Value: "en...", Path: "/"}})
	pages := []page{
		b.get("/login"), b.post("/login", "login", unit, "password", "wrong"), b.get("/login?left=yes"), b.get("/login/password"),
		b.get("/licences"), b.get("/licences?number=1&holder="), b.get("/licences?number=1&holder=" + unit), b.post("/licences/check", "text", "x"), b.get("/licences/all?q=x"), b.get("/my/licences"), b.get("/licences/1/show"), b.get("/v/1"), b.get("/t/" + token), b.get("/t/no"),
		b.get("/help/privacy"), b.get("/help/accessibility"), b.get("/result"), b.post("/result", "uscc", "1"), b.get("/my"), b.get("/nowhere"),
	}
	p := b.get("/items/legal-person-account")
	p = b.post("/items/legal-person-account/start", p.hidden()...)
	wait := "/cases/" + pathID(p.path) + "/handover/files.licence"
	pages = append(pages, p, b.get("/cases/"+pathID(p.path)+"/tasks"), b.get("/cases/"+pathID(p.path)+"/check"), b.get(wait), b.post(wait))
	p = b.post("/login", "login", agentCell, "password", secret)
	pages = append(pages, p, b.post("/login/code", p.hidden("code", h.codes[agentCell])...))
	pages = append(pages, b.get(pages[len(pages)-1].find(`href="(/organisation/`+unit+`/mandates/[^"]+)"`)))
	pages = append(pages, b.get("/organisation/login-ways"), b.device().add("x"), b.post("/organisation/login-ways", "answer", "{}"))
	pages = append(pages, b.get(pages[len(pages)-1].find(`href="(/organisation/login-ways/passkeys/[^"]+)"`)))
	pages = append(pages, b.post(pages[len(pages)-1].path), b.post("/login/passkey"))
	h.wait(account.DefaultLimits.Recent + time.Second)
	pages = append(pages, b.get("/organisation/login-ways"), b.post("/organisation/login-ways/code", "send", "first"))
	names := map[string]bool{"中文": true, "舒城县市场监管网上办事大厅": true, "舒城县龙舒茶业有限公司": true, "舒城县城关镇老街面馆": true, "行政审批股": true, "孙丽": true, "王": true, "龚": true}
	for _, p := range pages {
		for _, text := range chinese.FindAllString(tags.ReplaceAllString(p.body, " "), -1) {
			if !names[text] {
				t.Errorf("%s says %s", p.path, text)
			}
		}
	}
}

// pathID is the case in the address of a page.
func pathID(path string) string { return strings.Split(path, "/")[2] }
