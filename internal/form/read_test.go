package form_test

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/items"
)

// shipped are the forms of the shipped items, with complete answers.
func shipped(t testing.TB) map[string]struct {
	form.Form
	form.Values
} {
	t.Helper()
	out := map[string]struct {
		form.Form
		form.Values
	}{}
	names, err := item.Names(items.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		it, _ := item.Read(items.Files, name)
		for fixture := range it.Fixtures {
			v, err := it.Answers(fixture, picture)
			if err != nil {
				t.Fatal(err)
			}
			out[fixture] = struct {
				form.Form
				form.Values
			}{it.Form, v}
		}
	}
	return out
}

func picture(name string) form.File {
	hash := strings.Repeat("0", 64)
	return form.File{Hash: hash, Name: name, Type: "image/jpeg", Size: 100_000, Width: 1200, Height: 900}
}

// proven takes every number of the answers as proven by a code.
func proven(f form.Form, v form.Values) form.Context {
	c := ctx
	c.Towns = map[string]string{"341523100": "城关镇", "341523101": "晓天镇", "341523103": "万佛湖镇"}
	c.Verified = map[string]string{}
	for _, p := range f.Pages {
		for _, field := range p.Fields {
			if s, ok := v[field.ID].(string); ok && field.Type == form.TypeMobile {
				c.Verified[field.ID] = s
			}
		}
	}
	return c
}

// Whoever posts page after page what the worked examples answer ends with the
// same answers, complete; and posting the same again changes nothing.
//
//
func TestFillingInPageByPage(t *testing.T) {
	for name, ex := range shipped(t) {
		t.Run(name, func(t *testing.T) {
			c := proven(ex.Form, ex.Values)
			c.Now = time.Date(2026, 9, 7, 9, 0, 0, 0, form.Shanghai) // no example is later
			v, steps := form.Values{}, 0
			for page := form.First(ex.Form, v); page != ""; page = form.Next(ex.Form, v, page) {
				posted := form.Inputs(ex.Form, page, nil, ex.Values, c)
				for _, p := range ex.Pages {
					for _, field := range p.Fields {
						switch {
						case p.Name == page && (field.Type == form.TypeFile || field.Type == form.TypeRows) && ex.Values[field.ID] != nil:
							v[field.ID] = ex.Values[field.ID]
						case p.Name == page && len(form.RowsOf(ex.Values[field.ID])) > 0: // each on a page of its own
							v[field.ID] = filledIn(t, ex.Form, field, v, form.RowsOf(ex.Values[field.ID]), c)
						case p.Name == page && field.Type == form.TypePassword:
							posted.Set(field.ID, "Longshu-2020")
							posted.Set(field.ID+".again", "Longshu-2020")
						}
					}
				}
				r := form.Read(ex.Form, page, posted, c, v)
				if len(r.Problems) > 0 {
					t.Fatalf("page %s: %s (%v)", page, r.Problems[0].Say(nil), posted)
				}
				maps.Copy(v, r.Changes)
				if again := form.Read(ex.Form, page, form.Inputs(ex.Form, page, nil, v, c), c, v); len(again.Changes)+len(again.Problems) > 0 {
					t.Errorf("page %s posted again: %+v", page, again)
				}
				steps++
				if n, _ := form.Progress(ex.Form, v, page); n != steps {
					t.Errorf("page %s is number %d, want %d", page, n, steps)
				}
			}
			if problems := form.Validate(ex.Form, v, c); len(problems) > 0 {
				t.Errorf("not complete: %s: %s", problems[0].Field, problems[0].Say(nil))
			}
			want := maps.Clone(ex.Values)
			for id, value := range v {
				if s, ok := value.(string); ok && strings.HasPrefix(s, "$argon2id$") {
					if !form.PasswordMatches(s, "Longshu-2020") || form.PasswordMatches(s, "longshu-2020") {
						t.Error("the password kept is not the one typed")
					}
					want[id] = value
				}
			}
			if diff := cmp.Diff(want, v); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// filledIn posts the records of a list one by one.
func filledIn(t *testing.T, f form.Form, field form.Field, v form.Values, rows []form.Row, c form.Context) (out []form.Row) {
	t.Helper()
	for i, row := range rows {
		posted := form.Inputs(f.RowForm(field, v), field.ID, nil, row, form.RowContext(c, row))
		got, problems := form.ReadRow(f, field, posted, c, v, nil)
		if len(problems) > 0 {
			t.Fatalf("record %d of %s: %s", i+1, field.ID, problems[0].Say(nil))
		}
		out = append(out, got)
	}
	return out
}

// A field with a problem keeps its old answer, and what was typed is shown
// again as typed; the fields beside it are kept all the same.
func TestNothingTypedIsLost(t *testing.T) {
	ex := shipped(t)["agent-complete"]
	posted := url.Values{"unit.kind": {"enterprise"}, "unit.uscc": {"91341523txt000020"}, "unit.name": {" 舒城县龙舒茶业 "}, "unit.town": {"341523100"}}
	r := form.Read(ex.Form, "unit", posted, proven(ex.Form, ex.Values), ex.Values)
	if len(r.Problems) != 1 || r.Problems[0].Field != "unit.uscc" {
		t.Fatalf("problems: %v", r.Problems)
	}
	if diff := cmp.Diff(form.Values{"unit.name": "舒城县龙舒茶业"}, r.Changes); diff != "" {
		t.Error(diff)
	}
	shown := form.Inputs(ex.Form, "unit", posted, ex.Values, ctx)
	if shown.Get("unit.uscc") != "91341523txt000020" || shown.Get("unit.name") != " 舒城县龙舒茶业 " {
		t.Errorf("shown again: %v", shown)
	}
}

// A field that another answer of the page brings up shows what it proposes, and
// an answer given before; one that was emptied, or unticked, stays so.
func TestFieldsThatComeUpPropose(t *testing.T) {
	f := form.Form{Pages: []form.Page{{Name: "page", Fields: []form.Field{
		{ID: "how", Type: form.TypeChoice, Label: "原因", Options: []form.Option{{Value: "lost"}, {Value: "damaged"}}},
		{ID: "when", Type: form.TypeDate, Label: "日期", Default: "today"},
		{ID: "note", Type: form.TypeText, Label: "说明"},
		{ID: "agreed", Type: form.TypeAgree, Label: "声明"},
	}}}}
	kept := form.Values{"note": "旧", "agreed": true}
	up := form.Inputs(f, "page", url.Values{"how": {"lost"}}, kept, ctx)
	if diff := cmp.Diff(url.Values{"how": {"lost"}, "when.year": {"2020"}, "when.month": {"9"}, "when.day": {"4"}, "note": {"旧"}}, up); diff != "" {
		t.Error(diff)
	}
	emptied := url.Values{"how": {"lost"}, "when.year": {""}, "when.month": {""}, "when.day": {""}, "note": {""}}
	if diff := cmp.Diff(emptied, form.Inputs(f, "page", emptied, kept, ctx)); diff != "" {
		t.Error(diff)
	}
}

func TestAnEmptiedAnswerIsTakenAway(t *testing.T) {
	f := form.Form{Pages: []form.Page{{Name: "page", Fields: []form.Field{
		{ID: "note", Type: form.TypeText, Label: "备注", Optional: true},
		{ID: "kinds", Type: form.TypeChoices, Label: "种类", Optional: true, Options: []form.Option{{Value: "a"}, {Value: "b"}}},
	}}}}
	r := form.Read(f, "page", url.Values{"note": {""}}, ctx, form.Values{"note": "旧", "kinds": []string{"a"}})
	if diff := cmp.Diff(form.Values{"note": nil, "kinds": nil}, r.Changes); diff != "" {
		t.Error(diff)
	}
	r = form.Read(f, "page", url.Values{"kinds": {"a", "c"}}, ctx, nil)
	if len(r.Problems) != 1 || r.Problems[0].Field != "kinds" {
		t.Errorf("an option that does not exist: %v", r.Problems)
	}
}

// An odd value is taken when the person confirms it, and only that value.
func TestConfirmingAnOddValue(t *testing.T) {
	f := one(form.Field{ID: "rep.id_no", Type: form.TypeIDNumber, Label: "证件号码", IDType: "rep.id_type", Differs: "agent.id_no"})
	f.Pages[0].Fields = append(f.Pages[0].Fields, form.Field{ID: "agent.id_no", Type: form.TypeIDNumber, Label: "代理人", Optional: true, IDType: "rep.id_type"})
	posted := url.Values{"unit.kind": {"enterprise"}, "rep.id_type": {"cn_passport"}, "rep.id_no": {"A12345678"}}
	r := form.Read(f, "page", posted, ctx, nil)
	if len(r.Problems) != 1 || !r.Problems[0].Warn || r.Problems[0].Value != "A12345678" {
		t.Fatalf("problems: %+v", r.Problems)
	}
	posted.Set("rep.id_no.confirm", "A12345678")
	r = form.Read(f, "page", posted, ctx, nil)
	if len(r.Problems) > 0 || r.Changes["rep.id_no"] != "A12345678" || r.Confirmed["rep.id_no"] != "A12345678" {
		t.Errorf("confirmed: %+v", r)
	}
	posted.Set("rep.id_no", "B12345678")
	if r = form.Read(f, "page", posted, ctx, nil); len(r.Problems) != 1 || len(r.Confirmed) > 0 {
		t.Errorf("another value: %+v", r)
	}
	c := ctx
	c.Confirmed = map[string]string{"rep.id_no": "A12345678"}
	v := form.Values{"unit.kind": "enterprise", "rep.id_type": "cn_passport", "rep.id_no": "A12345678"}
	if problems := form.Validate(f, v, c); len(problems) > 0 {
		t.Errorf("confirmed before: %v", problems)
	}
	v["agent.id_no"] = "A12345678"
	if problems := form.Validate(f, v, c); len(problems) == 0 || problems[0].Warn {
		t.Errorf("confirming an odd value does not confirm that two people are one: %v", problems)
	}
}

func TestPasswords(t *testing.T) {
	f := form.Form{Pages: []form.Page{{Name: "page", Fields: []form.Field{
		{ID: "unit.uscc", Type: form.TypeUSCC, Label: "统一社会信用代码"},
		{ID: "rep.mobile", Type: form.TypeMobile, Label: "手机号"},
		{ID: "password", Type: form.TypePassword, Label: "登录密码"},
	}}}}
	v := form.Values{"unit.uscc": "91341523TXT000020Y", "rep.mobile": "13800138000"}
	post := func(first, again string, v form.Values) (form.Reading, url.Values) {
		posted := url.Values{"unit.uscc": {"91341523TXT000020Y"}, "rep.mobile": {"13800138000"}, "password": {first}, "password.again": {again}}
		return form.Read(f, "page", posted, ctx, v), form.Inputs(f, "page", posted, v, ctx)
	}
	for password, says := range map[string]string{
		"Lf-2020":                      "至少 8 位，现在是 7 位",
		"longshu2020":                  "现在只有 2 种",
		"longshuchaye":                 "现在只有 1 种",
		"P@ssw0rd":                     "太常见",
		"Wb-13800138000":               "不能有统一社会信用代码",
		"My 91341523txt000020y":        "不能有统一社会信用代码",
		strings.Repeat("Aa1", 43):      "最多 128 位",
		"":                             "还没有填“登录密码”",
		"龙舒茶业2020a":                    "",
		"Longshu2020":                  "",
		"correct horse battery STAPLE": "",
	} {
		r, shown := post(password, password, v)
		said := ""
		if len(r.Problems) > 0 {
			said = r.Problems[0].Say(nil)
		}
		if says == "" && said != "" || !strings.Contains(said, says) {
			t.Errorf("%q: said %q, want %q", password, said, says)
		}
		if kept, _ := r.Changes["password"].(string); says == "" && !form.PasswordMatches(kept, password) {
			t.Errorf("%q: kept %q", password, kept)
		}
		if shown.Has("password") || shown.Has("password.again") {
			t.Errorf("%q is shown again", password)
		}
	}
	if r, _ := post("Longshu2020", "Longshu2O20", v); len(r.Problems) != 1 || !strings.Contains(r.Problems[0].Say(nil), "不一样") {
		t.Errorf("two passwords: %v", r.Problems)
	}
	v["password"] = form.HashPassword("Longshu2020")
	if r, _ := post("", "", v); len(r.Problems)+len(r.Changes) > 0 {
		t.Errorf("left empty: %+v", r)
	}
	for _, hash := range []string{"", "$argon2id$v=19$m=19456,t=2,p=1$d2Fu", "$argon2id$v=19$m=9999999,t=2,p=1$d2Fu$d2Fu", "$argon2id$v=19$m=19456,t=2,p=1$d2Fu$?", "$2a$10$abc"} {
		if form.PasswordMatches(hash, "Longshu2020") {
			t.Errorf("%q matches", hash)
		}
	}
}

// What is posted can be anything: nothing panics, and what Read takes is
// right.
func FuzzRead(f *testing.F) {
	f.Add("agent-complete", "unit", "unit.uscc=91341523TXT000020Y&unit.kind=enterprise&unit.name=%E8%8C%B6%E4%B8%9A&unit.town=341523100")
	f.Add("agent-complete", "letter", "letter.scope=register&letter.scope=x&letter.from.year=2020&letter.from.month=9&letter.from.day=4&letter.to=2021-09-04")
	f.Add("rep-complete", "rep", "rep.name=%F0%A0%85%A4&rep.id_type=resident_id&rep.id_no=11010519491231002x&rep.id_until.long_term=yes")
	f.Add("food-complete", "site", "site.warehouse=yes&site.warehouse_address=%00&site.town=&site.address=x")
	f.Add("food-complete", "promise", "promise.made=yes")
	forms := shipped(f)
	names := slices.Sorted(maps.Keys(forms))
	f.Fuzz(func(t *testing.T, name, page, body string) {
		posted, _ := url.ParseQuery(body)
		for id := range posted {
			if strings.Contains(id, "password") {
				return // hashing is slow on purpose
			}
		}
		if !slices.Contains(names, name) {
			name = names[len(body)%len(names)]
		}
		ex := forms[name]
		c := proven(ex.Form, ex.Values)
		r := form.Read(ex.Form, page, posted, c, ex.Values)
		v := maps.Clone(ex.Values)
		maps.Copy(v, r.Changes)
		c.Confirmed = r.Confirmed
		refused := map[string]bool{}
		for _, p := range r.Problems {
			refused[p.Field] = true
		}
		for _, p := range form.Validate(ex.Form, v, c) {
			field, _ := ex.Form.Field(p.Field)
			if taken := r.Changes[p.Field]; taken == nil || p.Code == form.Unverified {
				continue
			}
			// Beside an answer that was refused, an answer can be right on the
			// page and wrong beside the old one.
			for _, other := range []string{field.Differs, field.After, field.Kind, field.IDNumber, field.IDType} {
				if other != "" && refused[other] {
					return
				}
			}
			t.Errorf("%s was taken as %q and is wrong: %s", p.Field, r.Changes[p.Field], p.Say(nil))
		}
		form.Inputs(ex.Form, page, posted, v, c)
	})
}

// Answers survive JSON with their types.
func TestAnswersSurviveJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := form.Values{}
		for i, n := 0, rapid.IntRange(0, 5).Draw(t, "n"); i < n; i++ {
			id := rapid.StringMatching(`[a-z]{1,4}\.[a-z]{1,4}`).Draw(t, "id")
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				v[id] = rapid.String().Draw(t, "text")
			case 1:
				v[id] = rapid.Bool().Draw(t, "yes")
			case 2:
				v[id] = rapid.SliceOfN(rapid.String(), 1, 3).Draw(t, "chosen")
			default:
				v[id] = []form.File{picture(rapid.String().Draw(t, "name"))}
			}
		}
		if diff := cmp.Diff(v, roundTrip(t, v)); diff != "" {
			t.Error(diff)
		}
	})
}
