package desk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"wangban/internal/casework"
	"wangban/internal/phrase"
	"wangban/internal/web"
)

// phrasePick is what is offered beside a box for words: the officer's own
// phrases (常用语) and those of their unit.
type phrasePick struct {
	Own, Unit []phrase.Phrase
	URL       string // where “insert” goes; empty: where the form goes
}

// The boxes of the workbench take so many characters.
const (
	longestNote = 200
	longestText = 500
)

// phrasePick reads the shelves that the officer may use.
func (d *Desk) phrasePick(ctx context.Context, address string) phrasePick {
	own, unit := shelves(ctx)
	all, err := d.Phrases.On(ctx, own, unit)
	if err != nil {
		panic(err)
	}
	p := phrasePick{URL: address}
	for _, one := range all {
		if one.Shelf == own {
			p.Own = append(p.Own, one)
		} else {
			p.Unit = append(p.Unit, one)
		}
	}
	return p
}

func shelves(ctx context.Context) (own, unit phrase.Shelf) {
	o := officer(ctx)
	return phrase.Own(o.ID), phrase.Unit(o.Unit)
}

// insert puts the chosen phrase into the box that the button names, behind what
// is typed there. It returns why not, when there is something to say.
func (d *Desk) insert(ctx context.Context, posted url.Values) (why string) {
	box := posted.Get("insert")
	longest, between := longestNote, "；"
	if box == "text" {
		longest, between = longestText, "\n"
	} else if !strings.HasPrefix(box, "note:") {
		return ""
	}
	pick := d.phrasePick(ctx, "")
	all := slices.Concat(pick.Own, pick.Unit)
	i := slices.IndexFunc(all, func(p phrase.Phrase) bool { return p.ID == posted.Get("phrase:"+box) })
	if i < 0 {
		return web.T(ctx, "先在“常用语”里选一句，再插入。")
	}
	text := all[i].Text
	if typed := strings.TrimSpace(posted.Get(box)); typed != "" {
		text = typed + between + text
	}
	if utf8.RuneCountInString(text) > longest {
		return web.Tf(ctx, "放不下：这里最多 %d 个字。先删掉一些，再插入。", longest)
	}
	posted.Set(box, text)
	return ""
}

// insertOnCase shows the case's page with a phrase put in. Nothing is kept.
func (d *Desk) insertOnCase(w http.ResponseWriter, r *http.Request) {
	s, it, ok := d.see(w, r)
	if !ok {
		return
	}
	_ = r.ParseForm() // a form that cannot be read holds nothing
	ctx := r.Context()
	why := d.insert(ctx, r.PostForm)
	v, _ := d.caseView(ctx, s, it, readTyped(r, it))
	v.Panel.Key, v.Refusal = keyOf(r), why
	web.Render(w, r, statusOf(why), casePage(v))
}

// keyOf is the key of the form that was posted, as the act is still to come.
func keyOf(r *http.Request) string {
	if key := r.PostFormValue("key"); key != "" {
		return key
	}
	return web.NewKey()
}

func statusOf(why string) int {
	if why != "" {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// phrasesView is the page on which phrases are kept.
type phrasesView struct {
	Shelves []phraseShelf
	Key     string
	Done    string
}

type phraseShelf struct {
	Whose, Title, Hint string
	Rows               []phraseRow
	May                bool // the officer may change it
	Typed, Wrong       string
}

type phraseRow struct{ ID, Text, Wrong string }

// leadsUnit tells whether the officer keeps the phrases of their unit.
func leadsUnit(ctx context.Context) bool {
	o := officer(ctx)
	return o.Unit != "" && slices.Contains(o.Roles, casework.RoleLeader)
}

func (d *Desk) phrasesView(ctx context.Context) phrasesView {
	pick := d.phrasePick(ctx, "")
	rows := func(all []phrase.Phrase) (out []phraseRow) {
		for _, p := range all {
			out = append(out, phraseRow{ID: p.ID, Text: p.Text})
		}
		return out
	}
	unit := phraseShelf{Whose: "unit", Title: web.Tf(ctx, "本单位的（%s）", web.T(ctx, d.Units()[officer(ctx).Unit])), Rows: rows(pick.Unit), May: leadsUnit(ctx),
		Hint: web.T(ctx, "单位的人都能用，由单位负责人维护。")}
	own := phraseShelf{Whose: "own", Title: web.T(ctx, "我的"), Rows: rows(pick.Own), May: true, Hint: web.T(ctx, "只有你能用。")}
	return phrasesView{Shelves: []phraseShelf{own, unit}, Key: web.NewKey()}
}

func (d *Desk) phrases(w http.ResponseWriter, r *http.Request) {
	v := d.phrasesView(r.Context())
	switch r.FormValue("done") {
	case "kept":
		v.Done = web.T(r.Context(), "已保存")
	case "deleted":
		v.Done = web.T(r.Context(), "已删除")
	}
	web.Render(w, r, http.StatusOK, phrasesPage(v))
}

// keepPhrase adds, changes or deletes a phrase. What was typed comes back with
// a refusal.
func (d *Desk) keepPhrase(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	id, text := r.PathValue("phrase"), r.PostFormValue("text")
	shelf, unit := shelves(ctx)
	if r.PostFormValue("whose") == "unit" {
		if !leadsUnit(ctx) {
			web.Fail(w, r, http.StatusForbidden, "单位的常用语由单位负责人维护。")
			return
		}
		shelf = unit
	}
	done := "kept"
	var err error
	switch {
	case id == "":
		err = d.Phrases.Add(ctx, shelf, text, officer(ctx).ID)
	case r.PostFormValue("delete") != "":
		done, err = "deleted", d.Phrases.Delete(ctx, shelf, id)
	default:
		err = d.Phrases.Change(ctx, shelf, id, text, officer(ctx).ID)
	}
	var refusal *phrase.Refusal
	switch {
	case err == nil:
		http.Redirect(w, r, "/desk/phrases?done="+done, http.StatusSeeOther)
	case !errors.As(err, &refusal):
		panic(err)
	case refusal.Status == http.StatusNotFound:
		web.Fail(w, r, refusal.Status, refusal.Text, refusal.Args...)
	default:
		v := d.phrasesView(ctx)
		v.wrong(shelf == unit, id, text, web.Tf(ctx, refusal.Text, refusal.Args...))
		web.Render(w, r, refusal.Status, phrasesPage(v))
	}
}

// wrong puts a refusal beside the box that it is about, with what was typed.
func (v *phrasesView) wrong(unit bool, id, text, why string) {
	s := &v.Shelves[0]
	if unit {
		s = &v.Shelves[1]
	}
	if id == "" {
		s.Typed, s.Wrong = text, why
		return
	}
	for i := range s.Rows {
		if s.Rows[i].ID == id {
			s.Rows[i].Text, s.Rows[i].Wrong = text, why
		}
	}
}

func (v phrasesView) refused() bool {
	return slices.ContainsFunc(v.Shelves, func(s phraseShelf) bool {
		return s.Wrong != "" || slices.ContainsFunc(s.Rows, func(row phraseRow) bool { return row.Wrong != "" })
	})
}
