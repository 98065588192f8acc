package desk

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

// judgeGroup is a page of answers with what is thought of each.
type judgeGroup struct {
	Title string
	Rows  []judgeRow
}

// judgeRow is an answer, a document or the comparison, with the judgement.
type judgeRow struct {
	ID, Label, Value string
	Was              string // what holds so far, where the answer is to take its place
	Records          web.RowTable
	Which            string // of the records are wrong, as it was typed
	Before           string // what was answered the time before
	Changed          bool
	Compared         *casework.Comparison
	Files            []docFile
	Pair             bool // the files are to be compared, side by side
	Source           string
	Open             bool // to be judged now
	Judgement        casework.Judgement
	Judged           bool
	Reasons          []item.Reason
	Problem          string
	Phrases          phrasePick
	Office           bool // nobody has applied
}

// docFile is an uploaded document.
type docFile struct {
	Name, Image, URL string
	Title            string // of one of several that are compared
	Captured         bool
	Reused           *reusedView // it was given before
}

// titled is what the file shows.
func (f docFile) titled(of judgeRow) string {
	if f.Title != "" {
		return f.Title
	}
	return of.Label
}

// typed is the judging as the page shows it: what is stored, or what was
// posted and could not be taken.
type typed struct {
	judgements map[string]casework.Judgement
	reasons    []string
	text       string
	declared   []string          // statements ticked
	which      map[string]string // list → which of its records are wrong, as it was typed
	records    map[string]string // and as the applicant reads it
	shown      bool
	problems   map[string]string // field → what is missing
}

func stored(s casework.State) typed { return typed{judgements: s.Judgements} }

// readTyped reads the form of the page.
func readTyped(r *http.Request, it *item.Item) typed {
	_ = r.ParseForm() // a form that cannot be read holds nothing
	return typedFrom(r.Context(), r.PostForm, it)
}

func typedFrom(ctx context.Context, posted url.Values, it *item.Item) typed {
	t := typed{judgements: map[string]casework.Judgement{}, which: map[string]string{}, records: map[string]string{}, problems: map[string]string{}}
	read := func(id string) {
		verdict := posted.Get("judge:" + id)
		if verdict == "right" || verdict == "wrong" {
			t.judgements[id] = casework.Judgement{Right: verdict == "right"}
		}
		if verdict == "wrong" {
			t.judgements[id] = casework.Judgement{Reason: posted.Get("why:" + id), Note: strings.TrimSpace(posted.Get("note:" + id))}
			t.which[id] = posted.Get("which:" + id)
			t.records[id] = whichRecords(ctx, t.which[id])
		}
	}
	for _, page := range it.Form.Pages {
		for _, f := range page.Fields {
			read(f.ID)
		}
	}
	read(casework.JudgeSigner)
	read(casework.JudgeRegistry)
	t.declared = posted["declared"]
	t.reasons, t.text = posted["reason"], strings.TrimSpace(posted.Get("text"))
	t.shown = posted.Get("shown") != ""
	return t
}

// whichRecords says in the words of a note, which the applicant reads, which
// records of a list are meant.
func whichRecords(ctx context.Context, typed string) string {
	var which []string
	for _, part := range strings.FieldsFunc(norm.NFKC.String(typed), func(r rune) bool { return !unicode.IsDigit(r) }) {
		if n, err := strconv.Atoi(part); err == nil && n > 0 && n <= form.MostRows && !slices.Contains(which, strconv.Itoa(n)) {
			which = append(which, strconv.Itoa(n))
		}
	}
	if which == nil {
		return ""
	}
	return web.Tf(ctx, "第 %s 条：", strings.Join(which, web.T(ctx, "、")))
}

// answers are what the officer sees: what was handed in. What an applicant is
// changing meanwhile is theirs until they submit it.
func answers(s casework.State, it *item.Item) form.Values {
	if stage, _ := it.Flow.Stage(s.Stage); s.Submitted != nil && !forStaff(stage.By) && s.Submitted.Values != nil {
		return s.Submitted.Values
	}
	return s.Values
}

// judging lays out answers, documents and comparison with their judgements.
func (d *Desk) judging(ctx context.Context, v *caseView, t typed, found map[string]casework.Finding) {
	s, it := v.State, v.Item
	var open []string
	if judges(d.House(), it, s, actor(ctx)) {
		open = casework.ToJudge(it, v.Stage, s)
	}
	values := answers(s, it)
	fc := casework.FormContext(d.House(), s, d.Now())
	catalogue := it.Flow.Reasons[judgesWith(v.Stage)]
	if len(open) > 0 {
		v.Phrases = d.phrasePick(ctx, "/desk/cases/"+s.ID+"/phrases")
	}
	v.Registry, v.Findings = compared(ctx, it, found, v.Shown)
	row := func(id, label string) judgeRow {
		if t.problems[id] != "" {
			v.Problems = append(v.Problems, form.Problem{Field: "wrong:" + id, Text: label + web.T(ctx, "：") + t.problems[id]})
		}
		j, judged := t.judgements[id]
		return judgeRow{ID: id, Label: label, Which: t.which[id], Open: slices.Contains(open, id), Judgement: j, Judged: judged,
			Reasons: reasonsFor(catalogue, id), Problem: t.problems[id], Phrases: v.Phrases, Office: it.Flow.ExOfficio()}
	}
	asked := it.Form.Asked(values)
	for _, page := range it.Form.Shown(values) {
		group := judgeGroup{Title: web.T(ctx, page.Title)}
		for _, f := range page.Fields {
			if f.Type == form.TypePassword {
				continue
			}
			jr := row(f.ID, web.T(ctx, f.Label))
			jr.Before, jr.Changed = before(ctx, v.Changes, f, fc, v.Shown)
			if f.Type == form.TypeFile {
				jr.Files, jr.Source = d.docFiles(ctx, s, f.ID, values[f.ID]), web.T(ctx, sourceOf(it, f.ID))
				if len(jr.Files) > 0 {
					v.Docs = append(v.Docs, jr)
				}
				continue
			}
			jr.Value = show(ctx, f, values[f.ID], fc, v.Shown)
			if old, ok := it.Form.Field(f.Was); ok && asked[f.Was] != nil {
				jr.Was = show(ctx, old, values[f.Was], fc, v.Shown)
			}
			if rows := form.RowsOf(values[f.ID]); len(rows) > 0 {
				jr.Records = records(ctx, f, rows, fc, v.Shown)
			}
			jr.Compared = v.Registry.of(f.ID)
			group.Rows = append(group.Rows, jr)
		}
		if len(group.Rows) > 0 {
			v.Groups = append(v.Groups, group)
		}
	}
	if s.RestsOnPicture() {
		v.Docs = append([]judgeRow{d.signerRow(ctx, s, it, values, catalogue, row(casework.JudgeSigner, web.T(ctx, "签名人与证件是同一人")))}, v.Docs...)
	}
	v.Registry.Row = row(casework.JudgeRegistry, web.T(ctx, "与登记信息的比对"))
	v.Registry.Row.Reasons = catalogue
}

// signerRow puts the picture taken at signing beside the documents that the
// catalogue names with it: whether it is one person, only an eye can tell.
func (d *Desk) signerRow(ctx context.Context, s casework.State, it *item.Item, values form.Values, catalogue []item.Reason, jr judgeRow) judgeRow {
	jr.Pair = true
	for i, p := range s.Signature.Proofs {
		if picture(p) != "" {
			url := fmt.Sprintf("/desk/cases/%s/evidence/%d", s.ID, i)
			jr.Files = append(jr.Files, docFile{Name: web.T(ctx, "签名时拍的照片"), Title: web.T(ctx, "签名时拍的照片"), Image: url, URL: url, Captured: true})
		}
	}
	for _, reason := range catalogue {
		if !slices.Contains(reason.Fields, casework.JudgeSigner) {
			continue
		}
		for _, id := range reason.Fields {
			field, _ := it.Form.Field(id)
			for _, f := range d.docFiles(ctx, s, id, values[id]) {
				f.Title = web.T(ctx, field.Label)
				jr.Files = append(jr.Files, f)
			}
		}
	}
	return jr
}

// judges tells whether the actor is the one to judge now.
func judges(house casework.House, it *item.Item, s casework.State, a casework.Actor) bool {
	stage, _ := it.Flow.Stage(s.Stage)
	return len(stage.Judge) > 0 && slices.ContainsFunc(casework.Offers(house, it, s, a), func(act item.Act) bool { return act.Does != item.Answer })
}

// judgesWith names the catalogue with which a case can be returned from the
// stage.
func judgesWith(stage item.Stage) string {
	for _, act := range stage.Acts {
		if act.Reason != "" && (act.Does == "" || act.Does == item.Correct) {
			return act.Reason
		}
	}
	return ""
}

// reasonsFor are the reasons bound to a field, and those bound to none.
func reasonsFor(catalogue []item.Reason, field string) []item.Reason {
	var out []item.Reason
	for _, reason := range catalogue {
		if len(reason.Fields) == 0 || slices.Contains(reason.Fields, field) {
			out = append(out, reason)
		}
	}
	return out
}

// show writes an answer: names and addresses in full, since they are what is
// compared, numbers of persons covered until somebody asks for them.
func show(ctx context.Context, f form.Field, v any, fc form.Context, full bool) string {
	if rows := form.RowsOf(v); len(rows) > 0 {
		lines := []string{}
		for _, line := range records(ctx, f, rows, fc, full).Lines {
			lines = append(lines, strings.Join(slices.DeleteFunc(line.Cells, func(cell string) bool { return cell == "" }), web.T(ctx, "、")))
		}
		return strings.Join(lines, "\n")
	}
	return form.Show(f, v, fc, personal(f) && !full, func(t string) string { return web.T(ctx, t) })
}

// records lays out a list, each answer as any other is shown.
func records(ctx context.Context, f form.Field, rows []form.Row, fc form.Context, full bool) web.RowTable {
	return web.RowsTable(ctx, f, rows, func(sub form.Field, v any) string { return show(ctx, sub, v, fc, full) })
}

// personal tells whether an answer is a number that identifies a person.
func personal(f form.Field) bool { return f.Type == form.TypeIDNumber || f.Type == form.TypeMobile }

// before is what was answered the time before, where it differs.
func before(ctx context.Context, c changes, f form.Field, fc form.Context, full bool) (string, bool) {
	value, changed := c.Before[f.ID]
	switch {
	case !changed:
		return "", false
	case !form.Answered(value):
		return web.T(ctx, "未填"), true
	case f.Type == form.TypeFile:
		return web.T(ctx, "另一个文件"), true
	}
	return show(ctx, f, value, fc, full), true
}

// different are the answers of the time before that differ.
func different(it *item.Item, was, is form.Values) form.Values {
	out := form.Values{}
	for _, page := range it.Form.Shown(is) {
		for _, f := range page.Fields {
			if form.Normal(f, was[f.ID]) != form.Normal(f, is[f.ID]) {
				out[f.ID] = was[f.ID]
			}
		}
	}
	return out
}

func (d *Desk) docFiles(ctx context.Context, s casework.State, field string, answer any) []docFile {
	files, _ := answer.([]form.File)
	out := make([]docFile, len(files))
	for i, f := range files {
		out[i] = docFile{Name: f.Name, URL: fmt.Sprintf("/desk/cases/%s/files/%s/%d", s.ID, field, i), Captured: f.Captured, Reused: d.reused(ctx, s, field, f.Hash)}
		if f.View != "" {
			out[i].Image = out[i].URL + "?view=1"
		}
	}
	return out
}

// sourceOf is where a document comes from, as the guide tells.
func sourceOf(it *item.Item, field string) string {
	for _, m := range it.Guide.Materials {
		if m.Field == field {
			return m.Source
		}
	}
	return ""
}
