package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/web"
)

// device is a browser that has become a kiosk.
func (h *house) device() *browser {
	h.Helper()
	b := h.browser()
	if a := b.post("/kiosk/device", url.Values{"token": {"wangban-demo-kiosk"}}); a.status != http.StatusSeeOther {
		h.Fatalf("the device was not let in: %d", a.status)
	}
	return b
}

func (h *house) has(a answer, status int, texts ...string) answer {
	h.Helper()
	if a.status != status {
		h.Fatalf("status %d, want %d\n%s", a.status, status, cut([]byte(a.body), 600))
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			h.Errorf("the page lacks %q", text)
		}
	}
	return a
}

// begun is a case that somebody has begun at a kiosk.
func (b *browser) begun(item string) string {
	b.Helper()
	at := b.has(b.post("/items/"+item+"/start", url.Values{"key": {web.NewKey()}}), http.StatusSeeOther).header.Get("Location")
	return strings.Split(at, "/")[2]
}

// What one person leaves at a kiosk is gone for the next.
//
func TestKioskIsWiped(t *testing.T) {
	h := openHouse(t)
	for name, wipe := range map[string]func(b *browser) answer{
		"finished":   func(b *browser) answer { return b.post("/kiosk/finish", nil) },
		"left alone": func(b *browser) answer { return b.get("/kiosk/wiped") },
	} {
		t.Run(name, func(t *testing.T) {
			b := h.device()
			h.has(b.get("/kiosk"), http.StatusOK, "个体工商户设立登记", `data-kiosk="90"`)
			h.has(b.get("/kiosk/items/sole-trader-setup"), http.StatusOK, "谁能办", "要带什么", "1 个工作日内办结", "不收费")
			id := b.begun("sole-trader-setup")
			if s := h.state(id); s.Channel != casework.ChannelKiosk {
				t.Errorf("begun at %q", s.Channel)
			}
			page := h.has(b.get("/cases/"+id+"/form/role"), http.StatusOK, `<noscript><meta http-equiv="refresh" content="90;url=/kiosk/wiped"`,
				"/kiosk/finish", "/kiosk/cases/"+id+"/phone")
			if strings.Contains(page.body, "wb-footer") || strings.Contains(page.body, "wb-nav") {
				t.Error("the page leads away")
			}
			if page.header.Get("Refresh") != "900;url=/kiosk/wiped" {
				t.Error("nothing wipes the page when its script fails:", page.header)
			}
			if page.header.Get("Cache-Control") != "no-store" {
				t.Error("the page may be kept:", page.header)
			}
			b.post("/cases/"+id+"/form/role", url.Values{"key": {web.NewKey()}, "role": {"operator"}})
			b.post("/display", url.Values{"set": {"en"}, "back": {"/kiosk"}})
			at, err := url.Parse(b.server.URL)
			h.must(err)
			var old []*http.Cookie
			for _, c := range b.client.Jar.Cookies(at) {
				if c.Name == "wb" {
					old = append(old, c)
				}
			}
			if a := wipe(b); a.status != http.StatusSeeOther || a.header.Get("Location") != "/kiosk?wiped" || a.header.Get("Clear-Site-Data") == "" {
				t.Fatalf("%d %v", a.status, a.header)
			}
			for _, c := range b.client.Jar.Cookies(at) {
				if c.Name != "wb_kiosk" {
					t.Errorf("the cookie %s is left", c.Name)
				}
			}
			h.has(b.get("/kiosk?wiped"), http.StatusOK, "已经清空")
			h.has(b.get("/cases/"+id+"/form/role"), http.StatusNotFound)
			b.client.Jar.SetCookies(at, old) // who has copied the cookie has nothing either
			h.has(b.get("/cases/"+id+"/form/role"), http.StatusNotFound)
			if h.state(id).Values["role"] != "operator" {
				t.Error("the application itself is gone")
			}
		})
	}
	// A link elsewhere wipes nobody's own browser.
	mine := h.browser()
	id := mine.begun("food-filing")
	h.has(mine.get("/kiosk/wiped"), http.StatusSeeOther)
	h.has(mine.post("/kiosk/finish", nil), http.StatusSeeOther)
	h.has(mine.get("/cases/"+id+"/tasks"), http.StatusOK)
	h.has(mine.post("/kiosk/device", url.Values{"token": {""}}), http.StatusUnprocessableEntity, "没有口令是这个的自助机")
	if strings.Contains(mine.get("/items").body, "data-kiosk") {
		t.Error("a browser is a kiosk without a token")
	}
}

// What was begun at a kiosk goes on at one phone, and is gone from the kiosk.
//
func TestKioskHandsOverToThePhone(t *testing.T) {
	h := openHouse(t)
	b, phone, late, other := h.device(), h.browser(), h.browser(), h.device()
	id := b.begun("sole-trader-setup")
	b.post("/cases/"+id+"/form/role", url.Values{"key": {web.NewKey()}, "role": {"operator"}})
	h.has(other.get("/kiosk/cases/"+id+"/phone"), http.StatusNotFound)
	h.has(other.post("/kiosk/cases/"+id+"/phone", nil), http.StatusNotFound)
	h.has(b.get("/kiosk/cases/"+id+"/phone"), http.StatusOK, "显示二维码")
	h.has(b.post("/kiosk/cases/"+id+"/phone", nil), http.StatusOK, "只能用一次", "<svg")
	link, _, err := h.offerTakeover(t.Context(), id) // a newer one ends that on the screen
	h.must(err)
	path := strings.TrimPrefix(link, h.settings.URL)
	h.has(phone.get(path), http.StatusOK, "你在自助机上开始填写的", "个体工商户设立登记")
	h.has(b.get("/cases/"+id+"/tasks"), http.StatusOK) // looking takes nothing away
	key := url.Values{"key": {web.NewKey()}}
	h.has(phone.post(path, key), http.StatusSeeOther)
	h.has(phone.get("/cases/"+id+"/tasks"), http.StatusOK)
	h.has(b.get("/cases/"+id+"/tasks"), http.StatusNotFound)
	h.has(b.post("/kiosk/cases/"+id+"/phone", nil), http.StatusNotFound)
	h.has(late.get(path), http.StatusGone)
	// Whoever makes a link later is no second owner.
	again, _, err := h.offerTakeover(t.Context(), id)
	h.must(err)
	h.has(late.get(strings.TrimPrefix(again, h.settings.URL)), http.StatusGone)
	if s := h.state(id); s.Owner != phone.session.ID || s.Values["role"] != "operator" {
		t.Errorf("%s owns it, the role is %v", s.Owner, s.Values["role"])
	}
}

// A sole trader's business from set-up to its end; its licence is printed at a
// kiosk by its QR code.
//
func TestSoleTraderFromSetUpToEnd(t *testing.T) {
	h := openHouse(t)
	owner := h.browser()
	apply := func(item, fixture string, change map[string]any) string {
		t.Helper()
		it, _ := h.items.Get(item)
		given, err := it.Answers(fixture, h.sample)
		h.must(err)
		for id, v := range change {
			given[id] = v
		}
		receipt, err := h.door.Create(t.Context(), casework.Creation{Item: item, Key: web.NewKey(), Actor: owner.applicant(),
			Created: casework.Created{Owner: owner.session.ID, Channel: "web", Values: given}})
		h.must(err)
		proven := map[string]string{}
		for _, p := range []string{"operator.mobile", "agent.mobile"} {
			if number, ok := given[p].(string); ok {
				proven[p] = number
			}
		}
		h.do(receipt.Case, casework.ActVerify, owner.applicant(), casework.Data{Verified: proven})
		return receipt.Case
	}
	decide := func(id string) {
		t.Helper()
		h.do(id, "submit", owner.applicant(), casework.Data{})
		h.do(id, "accept", h.officer("chenyan"), casework.Data{})
		h.do(id, "approve", h.officer("chenyan"), h.allRight(id))
	}
	id := apply("sole-trader-setup", "noodle-shop", nil)
	decide(id)
	number := h.state(id).Results["licence"]
	l, ok, err := h.licences.Find(t.Context(), number)
	if h.must(err); !ok || len(number) != 18 || l.USCC != number || l.Unit != "舒城县小满面馆" || !strings.HasPrefix(number, "92341523TX") {
		t.Fatalf("%q %+v", number, l.Public)
	}
	e, ok, err := h.entities.Find(t.Context(), number)
	if h.must(err); !ok || e.Name != "舒城县小满面馆" || e.Rep != "汤㛃" || e.Status != "living" || !strings.Contains(e.Scope, "餐饮服务") || e.Town != "341523100" {
		t.Errorf("the entity base has %+v", e)
	}

	// The name is taken from now on.
	second := apply("sole-trader-setup", "noodle-shop", nil)
	if _, err := h.door.Do(t.Context(), second, casework.Input{Act: "submit", Key: web.NewKey(), Actor: owner.applicant()}); err == nil || !strings.Contains(err.Error(), "已经有人登记使用") {
		t.Errorf("a second one of the name: %v", err)
	}

	// Anybody's QR code opens the paper at a kiosk, and a guess does not.
	b := h.device()
	h.has(b.get("/kiosk/licences?code=guess"), http.StatusUnprocessableEntity, "对不上")
	h.has(b.get("/kiosk/licences?code="), http.StatusUnprocessableEntity, "扫执照上的二维码")
	h.has(b.get("/kiosk/licences?number=92341523TXTG00033F&code="+l.Code), http.StatusUnprocessableEntity, "对不上")
	at := h.has(b.get("/kiosk/licences?code="+url.QueryEscape(h.settings.URL+"/v/"+strings.ToUpper(l.Code)+"#proof")), http.StatusSeeOther).header.Get("Location")
	h.has(b.get(at), http.StatusOK, number, "data-wb-print", "1.png?code="+l.Code)
	png := h.has(b.get("/kiosk/licences/"+number+"/1.png?code="+l.Code), http.StatusOK)
	if !strings.HasPrefix(png.body, "\x89PNG") {
		t.Errorf("the page is %q", cut([]byte(png.body), 10))
	}
	for _, none := range []string{"/2.png", "/0.png", "/x.png", "/1"} {
		h.has(b.get("/kiosk/licences/"+number+none+"?code="+l.Code), http.StatusNotFound)
	}
	h.has(b.get("/kiosk/licences/"+number+"?code=guess"), http.StatusNotFound)

	// It changes its name, and its old code prints nothing any more.
	change := apply("sole-trader-change", "new-place", map[string]any{"unit.uscc": number, "held.name": l.Unit, "held.operator": "汤㛃"})
	decide(change)
	l2, _, err := h.licences.Find(t.Context(), number)
	if h.must(err); l2.Version != 2 || l2.Unit != "舒城县城关镇河畔面馆" {
		t.Errorf("%+v", l2.Public)
	}
	h.has(b.get("/kiosk/licences/"+number+"?code="+l.Code), http.StatusNotFound)
	if _, err := h.licencePaper(t.Context(), number); err != nil {
		t.Error("the changed licence is not made:", err)
	}

	// One from before the platform is taken on record by its change.
	decide(apply("sole-trader-change", "new-operator", nil))
	old, ok, err := h.licences.Find(t.Context(), "92341523TXTG0021X9")
	if h.must(err); !ok || old.Version != 1 || old.Unit != "舒城县城关镇老街便利店" {
		t.Errorf("%t %+v", ok, old.Public)
	}
	if e, _, err := h.entities.Find(t.Context(), "92341523TXTG0021X9"); err != nil || e.Rep != "王芳" || e.Name != "舒城县城关镇老街便利店" {
		t.Errorf("%+v %v", e, err)
	}

	// Both end, also one that was never on record here, and names are free again.
	decide(apply("sole-trader-cancellation", "closes", map[string]any{"unit.uscc": number, "held.name": l2.Unit, "held.operator": "汤㛃"}))
	l3, _, err := h.licences.Find(t.Context(), number)
	if h.must(err); l3.Status != "cancelled" {
		t.Errorf("%+v", l3.Public)
	}
	decide(apply("sole-trader-cancellation", "closes", nil))
	for _, uscc := range []string{number, "92341523TXTG00XB9Y"} {
		if e, _, err := h.entities.Find(t.Context(), uscc); err != nil || e.Status != "deregistered" {
			t.Errorf("%s: %+v %v", uscc, e, err)
		}
	}
	h.do(second, "submit", owner.applicant(), casework.Data{})
}
