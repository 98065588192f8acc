package portal_test

import (
	"io/fs"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"wangban/internal/account"
	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/items"
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
	if len(s.Reused) != 1 || s.Reused[0].Hash != given.Hash || s.Reused[0].From != number || s.Reused[0].Field != "files.licence" || s.Reused[0].At.IsZero() ||
		!s.Reused[0].Given.Equal(h.state(first).Submitted.At) || s.Reused[0].Licence || s.Reused[0].Until != "" {
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

// ending is an item whose licence of the business says until when it is valid.
func ending(t *testing.T) *item.Item {
	t.Helper()
	files := fstest.MapFS{}
	read := func(name string) string {
		content, err := fs.ReadFile(items.Files, "food-filing/"+name)
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	change := map[string][2]string{"item.yaml": {"form: 电子, again: true,", "form: 电子, again: true, ends: licence.until,"},
		"form.yaml": {"      files.licence: {", "      licence.until: {label: 有效期至, type: date, optional: true}\n      files.licence: {"}}
	if err := fs.WalkDir(items.Files, "food-filing", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name := strings.TrimPrefix(path, "food-filing/")
		content := read(name)
		if c, ok := change[name]; ok {
			if !strings.Contains(content, c[0]) {
				t.Fatalf("%s has no %q", name, c[0])
			}
			content = strings.Replace(content, c[0], c[1], 1)
		}
		files["ending/"+name] = &fstest.MapFile{Data: []byte(content)}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	it, problems := item.Read(item.WithShared(files, items.Files), "ending")
	if item.Broken(problems) {
		t.Fatal(problems)
	}
	return it
}

// handedIn is a case of an item about the unit that ended well.
func (h *house) handedIn(name string, change form.Values) {
	h.Helper()
	change["unit.uscc"] = unit
	h.browser().filedOf(name, change)
}

// What is not valid any more is not offered, nor taken when it is posted all the
// same; what ends today is.
func TestMaterialsThatEndAreNotOffered(t *testing.T) {
	h := open(t)
	h.items.Add(ending(t))
	h.wait(2 * 365 * 24 * time.Hour)
	h.openAccount(nil)
	today := h.clock().In(form.Shanghai)
	day := func(n int) string { return today.AddDate(0, 0, n).Format(time.DateOnly) }
	file := func(name string) form.File {
		return form.File{Hash: "h-" + name, Name: name + ".jpg", Type: "image/jpeg", Size: 2048, Width: 1200, Height: 900}
	}
	for name, until := range map[string]any{"ended": day(-1), "last-day": day(0), "longer": day(30), "unsaid": nil} {
		change := form.Values{"files.licence": []form.File{file(name)}}
		if until != nil {
			change["licence.until"] = until
		}
		h.handedIn("ending", change)
	}
	b := h.browser()
	b.owner()
	id := pathID(b.post("/items/ending/start", b.get("/items/ending").hidden()...).path)
	b.post("/cases/"+id+"/form/unit", b.get("/cases/"+id+"/form/unit").hidden("unit.uscc", unit, "unit.name", "舒城县龙舒茶业有限公司", "unit.rep", "汤㛃")...)
	again := "/cases/" + id + "/again/files.licence"
	p := b.get(again).is(http.StatusOK, "last-day.jpg", "longer.jpg").lacks("ended.jpg", "unsaid.jpg")
	for _, gone := range []string{"h-ended", "h-unsaid"} {
		b.post(again, p.hidden("file", gone, "consent", "yes")...).is(http.StatusUnprocessableEntity, "选一份材料")
	}
	if s := h.state(id); s.Values["files.licence"] != nil || len(s.Reused) > 0 {
		t.Fatalf("taken: %+v", s.Reused)
	}
	b.post(again, p.hidden("file", "h-longer", "consent", "yes")...).is(http.StatusOK)
	if s := h.state(id); len(s.Reused) != 1 || s.Reused[0].Until != day(30) {
		t.Errorf("on record is %+v", s.Reused)
	}
	// The page was opened while it was valid: what counts is when it is used.
	b.post("/cases/"+id+"/form/licence", b.get("/cases/"+id+"/form/licence").hidden("remove", "files.licence h-longer")...)
	h.wait(24 * time.Hour)
	b.owner()
	b.post(again, p.hidden("file", "h-last-day", "consent", "yes")...).is(http.StatusUnprocessableEntity, "选一份材料").lacks("last-day.jpg")
}

// An agent whose mandate was revoked is offered nothing, and gets nothing by a
// page that was opened before.
func TestRevokedAgentGetsNothingAgain(t *testing.T) {
	h := open(t)
	h.openAccount(nil) // the mandate is for a year
	given := form.File{Hash: "h-licence", Name: "营业执照正本.jpg", Type: "image/jpeg", Size: 2048, Width: 1200, Height: 900}
	it := ending(t)
	it.Name, it.Guide.Live = "ending", item.Period{}
	h.items.Add(it)
	h.handedIn("ending", form.Values{"files.licence": []form.File{given}, "licence.until": "2030-01-01"})
	agent := h.browser()
	agent.logIn(agentCell, secret, agentCell)
	id := pathID(agent.post("/items/ending/start", agent.get("/items/ending").hidden()...).path)
	agent.post("/cases/"+id+"/form/unit", agent.get("/cases/"+id+"/form/unit").hidden("unit.uscc", unit, "unit.name", "舒城县龙舒茶业有限公司", "unit.rep", "汤㛃")...)
	again := "/cases/" + id + "/again/files.licence"
	p := agent.get(again).is(http.StatusOK, given.Name)
	mandates, err := h.accounts.MandatesOf(t.Context(), unit)
	h.must(err)
	var owner, mandate string
	for _, m := range mandates {
		if m.Role == account.Owner {
			owner = m.Person
		} else {
			mandate = m.ID
		}
	}
	h.must(h.accounts.Revoke(t.Context(), owner, mandate))
	agent.post(again, p.hidden("file", given.Hash, "consent", "yes")...).is(http.StatusUnprocessableEntity, "没有可以再用的材料").lacks(given.Name)
	agent.get(again).is(http.StatusOK, "没有可以再用的材料").lacks(given.Name)
	agent.get("/cases/"+id+"/form/licence").is(http.StatusOK).lacks("这个单位以前交过", given.Name)
	if s := h.state(id); s.Values["files.licence"] != nil || len(s.Reused) > 0 {
		t.Errorf("the agent has got %+v", s.Values["files.licence"])
	}
}

// Who guesses the hash of somebody else's file gets neither the file nor a word
// about it: the answer is that to any guess.
func TestGuessedHashGivesNothing(t *testing.T) {
	h := open(t)
	h.wait(2 * 365 * 24 * time.Hour)
	h.openAccount(nil)
	theirs := form.File{Hash: "h-theirs", Name: "别家的执照.jpg", Type: "image/jpeg", Size: 2048, Width: 1200, Height: 900}
	h.browser().filed(form.Values{"unit.uscc": cn.MakeUSCC(cn.Enterprise, "341523", 9), "files.licence": []form.File{theirs}})
	b := h.browser()
	b.owner()
	id := pathID(b.post("/items/food-filing/start", b.get("/items/food-filing").hidden()...).path)
	at := "/cases/" + id + "/form/unit"
	b.post(at, b.get(at).hidden("unit.uscc", unit, "unit.name", "舒城县龙舒茶业有限公司", "unit.rep", "汤㛃")...)
	again := "/cases/" + id + "/again/files.licence"
	pairs := b.get(again).hidden("consent", "yes")
	guessed := b.post(again, append(pairs, "file", theirs.Hash)...).is(http.StatusUnprocessableEntity).lacks("别家的执照", theirs.Hash)
	any := b.post(again, append(pairs, "file", "h-nobody")...).is(http.StatusUnprocessableEntity)
	key := func(p page) string { return p.find(`(?s)<main.*?>(.*)</main>`) }
	if key(guessed) != key(any) {
		t.Error("the answer to somebody's file differs from that to none")
	}
	// Nor through the form, where files come as uploads only.
	page := "/cases/" + id + "/form/licence"
	for _, pair := range [][2]string{{"files.licence", theirs.Hash}, {"files.licence", `[{"hash":"h-theirs"}]`}, {"files.licence.hash", theirs.Hash}} {
		b.post(page, b.get(page).hidden(pair[0], pair[1])...)
	}
	b.get("/cases/" + id + "/files/files.licence/0").is(http.StatusNotFound)
	if s := h.state(id); s.Values["files.licence"] != nil || len(s.Reused) > 0 {
		t.Errorf("it has got %+v", s.Values["files.licence"])
	}
}
