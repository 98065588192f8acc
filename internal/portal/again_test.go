package portal_test

import (
	"net/http"
	"testing"
	"time"

	"wangban/internal/cn"
	"wangban/internal/form"
)

// What a unit has handed in before is offered to whoever acts for it now, and
// is used only with consent, which is on record.
func TestMaterialsAreOfferedAgain(t *testing.T) {
	h := open(t)
	h.wait(2 * 365 * 24 * time.Hour)
	h.openAccount(nil)
	given := form.File{Hash: "h-licence", Name: "营业执照正本.jpg", Type: "image/jpeg", Size: 2048, Width: 1200, Height: 900}
	first := h.browser().filed(form.Values{"unit.uscc": unit, "files.licence": []form.File{given}})
	number := h.state(first).Number

	b := h.browser()
	b.owner()
	begin := func(b *browser, uscc string) string {
		id := pathID(b.post("/items/food-filing/start", b.get("/items/food-filing").hidden()...).path)
		at := "/cases/" + id + "/form/unit"
		b.post(at, b.get(at).hidden("unit.uscc", uscc, "unit.name", "舒城县龙舒茶业有限公司", "unit.rep", "汤㛃")...)
		return id
	}
	id := begin(b, unit)
	again, page := "/cases/"+id+"/again/files.licence", "/cases/"+id+"/form/licence"
	b.get(page).is(http.StatusOK, "这个单位以前交过", again)
	ask := b.get(again).is(http.StatusOK, given.Name, number, "同意把这份材料用于这次申请")
	b.post(again, ask.hidden("file", given.Hash)...).is(http.StatusUnprocessableEntity, "勾选同意")
	b.post(again, ask.hidden("file", "another", "consent", "yes")...).is(http.StatusUnprocessableEntity, "选一份材料")
	if s := h.state(id); len(s.Reused) > 0 || s.Values["files.licence"] != nil {
		t.Fatalf("used without consent: %+v", s.Reused)
	}
	b.post(again, ask.hidden("file", given.Hash, "consent", "yes")...).is(http.StatusOK, given.Name).at(page)
	s := h.state(id)
	if len(s.Reused) != 1 || s.Reused[0].Hash != given.Hash || s.Reused[0].From != number || s.Reused[0].Field != "files.licence" || s.Reused[0].At.IsZero() {
		t.Errorf("on record is %+v", s.Reused)
	}
	b.get(again).is(http.StatusOK, "没有可以再用的材料").lacks(given.Name)

	// Taken away, it is used no more, and is offered again.
	b.post(page, b.get(page).hidden("remove", "files.licence "+given.Hash)...)
	if s := h.state(id); len(s.Reused) > 0 {
		t.Errorf("taken away, and still %+v", s.Reused)
	}
	b.get(again).is(http.StatusOK, given.Name)

	// Who acts for nobody gets nothing, and neither does the same person for
	// another unit.
	for name, c := range map[string]struct {
		who  *browser
		uscc string
	}{"a stranger": {h.browser(), unit}, "for another unit": {b, cn.MakeUSCC(cn.Enterprise, "341523", 7)}} {
		id := begin(c.who, c.uscc)
		c.who.get("/cases/"+id+"/form/licence").is(http.StatusOK).lacks("这个单位以前交过", given.Name)
		p := c.who.get("/cases/"+id+"/again/files.licence").is(http.StatusOK, "没有可以再用的材料").lacks(given.Name)
		c.who.post("/cases/"+id+"/again/files.licence", p.hidden("file", given.Hash, "consent", "yes")...).is(http.StatusUnprocessableEntity)
		if s := h.state(id); s.Values["files.licence"] != nil {
			t.Errorf("%s has got the file", name)
		}
	}
	b.get("/cases/" + id + "/again/unit.name").is(http.StatusNotFound)
}

// Who goes back and chooses another material with the same page is not told that
// it is used.
func TestMaterialsGoneBackTo(t *testing.T) {
	h := open(t)
	h.wait(2 * 365 * 24 * time.Hour)
	h.openAccount(nil)
	given := []form.File{{Hash: "h-licence", Name: "正本.jpg", Type: "image/jpeg", Size: 2048, Width: 1200, Height: 900}, {Hash: "h-copy", Name: "副本.jpg", Type: "image/jpeg", Size: 2048, Width: 1200, Height: 900}}
	for i, file := range given {
		h.browser().filed(form.Values{"unit.uscc": unit, "contact.mobile": []string{"13912345671", "13912345672"}[i], "files.licence": []form.File{file}})
	}
	b := h.browser()
	b.owner()
	id := pathID(b.post("/items/food-filing/start", b.get("/items/food-filing").hidden()...).path)
	at := "/cases/" + id + "/form/unit"
	b.post(at, b.get(at).hidden("unit.uscc", unit, "unit.name", "舒城县龙舒茶业有限公司", "unit.rep", "汤㛃")...)
	again := "/cases/" + id + "/again/files.licence"
	ask := b.get(again).is(http.StatusOK, given[0].Name, given[1].Name)
	for range 2 { // a second press does nothing
		b.post(again, ask.hidden("file", given[0].Hash, "consent", "yes")...).is(http.StatusOK, given[0].Name)
	}
	retry := b.post(again, ask.hidden("file", given[1].Hash, "consent", "yes")...).is(http.StatusUnprocessableEntity, "这次选的还没有用上", given[1].Name)
	b.post(again, retry.hidden("file", given[1].Hash, "consent", "yes")...).is(http.StatusOK, given[1].Name)
}
