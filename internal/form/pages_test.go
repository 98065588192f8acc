package form_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wangban/internal/form"
)

func roundTrip(t interface{ Fatal(...any) }, v form.Values) form.Values {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var back form.Values
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	return back
}

func pageNames(f form.Form, v form.Values) string {
	var names []string
	for _, p := range f.Shown(v) {
		names = append(names, p.Name)
	}
	return strings.Join(names, " ")
}

//
func TestPagesFollowTheAnswers(t *testing.T) {
	ex := shipped(t)["agent-complete"]
	v := form.Values{}
	if got := pageNames(ex.Form, v); got != "role unit rep rep-mobile files account" {
		t.Errorf("before the first answer: %s", got)
	}
	v["role"] = "agent"
	if got := pageNames(ex.Form, v); got != "role unit rep rep-mobile agent letter files account" {
		t.Errorf("agent: %s", got)
	}
	if form.Next(ex.Form, v, "rep-mobile") != "agent" || form.Prev(ex.Form, v, "files") != "letter" {
		t.Error("an agent goes through agent and letter")
	}
	v["role"] = "rep"
	if form.Next(ex.Form, v, "rep-mobile") != "files" || form.Prev(ex.Form, v, "files") != "rep-mobile" {
		t.Error("a representative does not")
	}
	if form.Next(ex.Form, v, "account") != "" || form.Prev(ex.Form, v, "role") != "" || form.Next(ex.Form, v, "nowhere") != "" {
		t.Error("there is an end and a beginning")
	}
	if n, of := form.Progress(ex.Form, v, "files"); n != 5 || of != 6 {
		t.Errorf("page %d of %d", n, of)
	}
	if n, _ := form.Progress(ex.Form, v, "agent"); n != 0 {
		t.Error("a page that is not asked has no number")
	}
}

// Who switches from agent to representative has no agent any more, though the
// typed answers are kept in case they switch back.
//
// covers: C-35
func TestAnswersNotAskedDoNotCount(t *testing.T) {
	ex := shipped(t)["agent-complete"]
	v := ex.Values
	v["role"] = "rep"
	if form.MustCond(`agent.id_type == "resident_id"`).Holds(ex.Form.Env(v)) {
		t.Error("the agent's document still counts")
	}
	asked := ex.Asked(v)
	if asked["agent.name"] != nil || asked["rep.name"] != "龚䶮" || v["agent.name"] == nil {
		t.Errorf("asked: %v", asked)
	}
	if form.PageStatus(ex.Form, v, "agent", ctx) != form.NotAsked {
		t.Error("the agent's page is not asked")
	}
}

func TestTaskList(t *testing.T) {
	ex := shipped(t)["agent-complete"]
	v := ex.Values
	c := proven(ex.Form, v)
	for page, want := range map[string]form.Status{"role": form.Done, "rep": form.Done, "rep-mobile": form.Done, "nowhere": form.NotAsked} {
		if got := form.PageStatus(ex.Form, v, page, c); got != want {
			t.Errorf("%s: %s, want %s", page, got, want)
		}
	}
	c.Verified = nil
	delete(v, "rep.name")
	v["rep.id_no"] = "1"
	delete(v, "files.rep_back")
	delete(v, "account.password")
	delete(v, "account.agree")
	for page, want := range map[string]form.Status{"agent": form.InProgress, "rep": form.Wrong, "files": form.InProgress, "account": form.NotStarted} {
		if got := form.PageStatus(ex.Form, v, page, c); got != want {
			t.Errorf("%s: %s, want %s", page, got, want)
		}
	}
	var missing []string
	for _, f := range form.Missing(ex.Form, v) {
		missing = append(missing, f.ID)
	}
	if diff := cmp.Diff([]string{"rep.name", "files.rep_back", "account.password", "account.agree"}, missing); diff != "" {
		t.Error(diff)
	}
	if form.Complete(ex.Form, v, c) {
		t.Error("not complete")
	}
}

// A field that an answer on the same page brings up is drawn from the start,
// so that the page works without a script.
func TestDrawingAPage(t *testing.T) {
	ex := shipped(t)["food-complete"]
	v := form.Values{}
	draw := func() map[string]form.Drawn {
		out := map[string]form.Drawn{}
		for _, d := range ex.Draw("site", v) {
			out[d.ID] = d
		}
		return out
	}
	if d := draw()["site.warehouse_address"]; !d.Hidden || len(d.Depends) != 1 || d.Depends[0] != "site.warehouse" {
		t.Errorf("before the answer: %+v", d)
	}
	v["site.warehouse"] = true
	if d := draw()["site.warehouse_address"]; d.Hidden || !d.Required {
		t.Errorf("after yes: %+v", d)
	}
	agent := shipped(t)["agent-passport"]
	for _, d := range agent.Draw("files", agent.Values) {
		if d.ID == "files.rep_back" && d.Required {
			t.Error("a passport has no back")
		}
	}
	delete(agent.Values, "role")
	for _, d := range agent.Draw("files", agent.Values) {
		if d.ID == "files.letter" {
			t.Error("the letter is asked of agents only")
		}
	}
}

// A field that an answer on the same page brings up proposes what it would have
// proposed; what was emptied or unticked stays so.
func TestDefaultsOfWhatComesUp(t *testing.T) {
	f := one(form.Field{ID: "how", Type: form.TypeChoice, Options: []form.Option{{Value: "lost"}, {Value: "damaged"}}})
	f.Pages[0].Fields = append(f.Pages[0].Fields,
		form.Field{ID: "when", Type: form.TypeDate, Default: "today"}, form.Field{ID: "note", Type: form.TypeText, Default: "茶"},
		form.Field{ID: "kinds", Type: form.TypeChoices, Default: "a", Options: []form.Option{{Value: "a"}, {Value: "b"}}})
	page := f.Pages[0].Name
	shown := form.Inputs(f, page, url.Values{"how": {"lost"}}, nil, ctx)
	if got := shown.Get("when.year") + " " + shown.Get("when.month") + " " + shown.Get("when.day"); got != "2020 9 4" || shown.Get("note") != "茶" {
		t.Errorf("comes up with %q and %q", got, shown.Get("note"))
	}
	shown = form.Inputs(f, page, url.Values{"how": {"lost"}, "when.year": {""}, "when.month": {""}, "when.day": {""}, "note": {""}}, nil, ctx)
	if shown.Get("when.year") != "" || shown.Get("note") != "" || len(shown["kinds"]) != 0 {
		t.Errorf("shown after it was emptied: %v", shown)
	}
}

func TestDefaults(t *testing.T) {
	ex := shipped(t)["agent-complete"]
	shown := form.Inputs(ex.Form, "letter", nil, form.Values{"role": "agent"}, ctx)
	want := "2020 9 4 2021 9 4"
	got := strings.Join([]string{shown.Get("letter.from.year"), shown.Get("letter.from.month"), shown.Get("letter.from.day"),
		shown.Get("letter.to.year"), shown.Get("letter.to.month"), shown.Get("letter.to.day")}, " ")
	if got != want {
		t.Errorf("proposed %s, want %s", got, want)
	}
	f := one(form.Field{ID: "x", Type: form.TypeText})
	for source, want := range map[string]any{
		"today + 10 days": "2020-09-14", "today + 1 month": "2020-10-04", "unit.kind": "branch", "茶": "茶", "": nil, "today + x": "today + x",
	} {
		got := form.Default(f, form.Field{Type: form.TypeText, Default: source}, form.Values{"unit.kind": "branch"}, ctx)
		if got != want {
			t.Errorf("%q: %v, want %v", source, got, want)
		}
	}
	if got := form.Default(f, form.Field{Type: form.TypeYesNo, Default: "no"}, nil, ctx); got != false {
		t.Errorf("no: %v", got)
	}
}

// covers, C-19, C-20, C-21
func TestNormalForms(t *testing.T) {
	for _, c := range []struct {
		typ  form.Type
		a, b any
		same bool
	}{
		{form.TypeMobile, "13800138000", " １３８-0013-8000", true},
		{form.TypeMobile, "13800138000", "+8613800138000", true},
		{form.TypeMobile, "13800138000", "13800138001", false},
		{form.TypeUSCC, "91341523TXT000020Y", "91341523 txt000020y", true},
		{form.TypeIDNumber, "11010519491231002X", "11010519491231002x", true},
		{form.TypeUnitName, "万佛湖（安徽）旅游有限公司", "万佛湖(安徽) 旅游有限公司", true},
		{form.TypeUnitName, "万佛湖旅游有限公司", "万佛湖茶业有限公司", false},
		{form.TypePersonName, "阿卜杜拉·㛃", "阿卜杜拉•㛃", true},
		{form.TypePersonName, "龚䶮", "龚妍", false},
		{form.TypeChoices, []string{"a", "b"}, []string{"b", "a"}, true},
		{form.TypeChoices, []string{"a"}, nil, false},
		{form.TypeFile, []form.File{{Hash: "1", Name: "a"}}, []form.File{{Hash: "1", Name: "b"}}, true},
		{form.TypeFile, []form.File{{Hash: "1"}}, []form.File{{Hash: "2"}}, false},
		{form.TypeYesNo, true, false, false},
		{form.TypeText, "ａ  b", "a b", true},
		{form.TypeText, nil, "", true},
	} {
		f := form.Field{ID: "f", Type: c.typ}
		if got := form.Normal(f, c.a) == form.Normal(f, c.b); got != c.same {
			t.Errorf("%s: %v and %v: same %v, want %v", c.typ, c.a, c.b, got, c.same)
		}
		changed := form.Changed(one(f), form.Values{"f": c.a}, form.Values{"f": c.b})
		if (len(changed) == 0) != c.same {
			t.Errorf("%s: changed %v", c.typ, changed)
		}
	}
}

func TestShowing(t *testing.T) {
	english := func(s string) string {
		if en, ok := map[string]string{"2006年1月2日": "2 January 2006", "、": ", ", "城关镇": "Chengguan", "长期": "Long-term"}[s]; ok {
			return en
		}
		return s
	}
	scope := form.Field{Type: form.TypeChoices, Options: []form.Option{{Value: "a", Label: "注册"}, {Value: "b", Label: "领取"}}}
	for _, c := range []struct {
		f    form.Field
		v    any
		mask bool
		tr   func(string) string
		want string
	}{
		{form.Field{Type: form.TypePersonName}, "王小明", true, nil, "王**"},
		{form.Field{Type: form.TypePersonName}, "王小明", false, nil, "王小明"},
		{form.Field{Type: form.TypeIDNumber}, "34152319900101000X", true, nil, "341***********000X"},
		{form.Field{Type: form.TypeMobile}, "13800138000", true, nil, "138****8000"},
		{form.Field{Type: form.TypeAddress}, "安徽省六安市舒城县城关镇龙舒路1号2幢301室", true, nil, "安徽省六安市舒城县城关镇****"},
		{form.Field{Type: form.TypeDate}, "2020-09-04", true, nil, "2020年9月4日"},
		{form.Field{Type: form.TypeDate}, "2020-09-04", true, english, "4 September 2020"},
		{form.Field{Type: form.TypeIDExpiry}, form.LongTerm, true, nil, "长期"},
		{form.Field{Type: form.TypeTown}, "341523100", true, english, "Chengguan"},
		{types, "foreign_passport", true, nil, "外国护照"},
		{scope, []string{"a", "b"}, true, nil, "注册、领取"},
		{scope, []string{"a", "b"}, true, english, "注册, 领取"},
		{form.Field{Type: form.TypeYesNo}, true, true, nil, "是"},
		{form.Field{Type: form.TypeYesNo}, false, true, nil, "否"},
		{form.Field{Type: form.TypeAgree}, true, true, nil, "已同意"},
		{form.Field{Type: form.TypePassword}, "$argon2id$", false, nil, "已设置"},
		{form.Field{Type: form.TypeFile}, []form.File{{Name: "a.jpg"}, {Name: "b.jpg"}}, true, nil, "a.jpg、b.jpg"},
		{form.Field{Type: form.TypeText}, nil, true, nil, ""},
	} {
		if got := form.Show(c.f, c.v, ctx, c.mask, c.tr); got != c.want {
			t.Errorf("%s %v: %q, want %q", c.f.Type, c.v, got, c.want)
		}
	}
}
