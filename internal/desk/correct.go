package desk

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

// correctionNotice is what the applicant is told to put right, once and completely
// (一次性告知补正, 行政许可法 32). It is shown as it will be read before it is
// sent.
type correctionNotice struct {
	Choices []judgeRow // what can be marked, where the stage does not judge
	Marks   []mark
	Reasons []string // beside those of the marks
	Text    string
	Look    bool     // as it will be read
	Terms   []string // until when, what becomes of the limit, that it is the only one
}

// mark is an answer or a document that is to be put right, with the words.
type mark struct {
	Label, Words string
}

// marked are the judgements that say what is wrong: those on record, with what
// was typed. Where the stage does not judge, a box that is not ticked takes an
// old mark back.
func marked(s casework.State, stage item.Stage, t typed, posted url.Values) map[string]casework.Judgement {
	all := maps.Clone(s.Judgements)
	if all == nil {
		all = map[string]casework.Judgement{}
	}
	maps.Copy(all, t.judgements)
	if len(stage.Judge) == 0 && posted.Has("marking") {
		for id, j := range all {
			if _, ticked := t.judgements[id]; !j.Right && !ticked {
				all[id] = casework.Judgement{Right: true}
			}
		}
	}
	return all
}

// notice gathers what is to be told.
func (d *Desk) notice(ctx context.Context, s casework.State, it *item.Item, act item.Act, posted url.Values) *correctionNotice {
	stage, _ := it.Flow.Stage(s.Stage)
	t := typedFrom(ctx, posted, it)
	n := &correctionNotice{Text: t.text}
	judgements := marked(s, stage, t, posted)
	said := map[string]bool{}
	values, fc := answers(s, it), casework.FormContext(d.House(), s, d.Now())
	for _, page := range it.Form.Shown(values) {
		for _, f := range page.Fields {
			if f.Type == form.TypePassword || f.Type == form.TypeAgree {
				continue
			}
			j, judged := judgements[f.ID]
			row := judgeRow{ID: f.ID, Label: web.T(ctx, f.Label), Reasons: reasonsFor(it.Flow.Reasons[act.Reason], f.ID), Judgement: j, Judged: judged, Which: t.which[f.ID]}
			if row.Value = show(ctx, f, values[f.ID], fc, false); f.Type == form.TypeFile {
				files, _ := values[f.ID].([]form.File)
				row.Value = ""
				if len(files) > 0 {
					row.Value = web.Tf(ctx, "%d 个文件", len(files))
				}
			}
			if len(stage.Judge) == 0 {
				n.Choices = append(n.Choices, row)
			}
			if judged && !j.Right {
				j.Note = t.records[f.ID] + j.Note
				n.Marks = append(n.Marks, mark{row.Label, wordsOf(ctx, it, j)})
				said[j.Reason] = true
			}
		}
	}
	if j, ok := judgements[casework.JudgeSigner]; ok && !j.Right {
		n.Marks = append(n.Marks, mark{web.T(ctx, "签名人与证件是同一人"), wordsOf(ctx, it, j)})
	}
	for _, reason := range it.Flow.Reasons[act.Reason] {
		if slices.Contains(t.reasons, reason.Code) && !said[reason.Code] {
			n.Reasons = append(n.Reasons, web.T(ctx, reason.Label)+web.T(ctx, "：")+web.T(ctx, reason.Advice))
		}
	}
	n.Terms = d.termsOf(ctx, s, it, act)
	return n
}

// wordsOf are the words beside a mark as the applicant reads them.
func wordsOf(ctx context.Context, it *item.Item, j casework.Judgement) string {
	words := ""
	for _, catalogue := range it.Flow.Reasons {
		for _, reason := range catalogue {
			if reason.Code == j.Reason && reason.Code != "OTHER" && words == "" {
				words = web.T(ctx, reason.Label) + web.T(ctx, "：") + web.T(ctx, reason.Advice)
			}
		}
	}
	switch {
	case j.Note == "":
		return words
	case words == "":
		return j.Note
	}
	return words + web.T(ctx, "；") + j.Note
}

// termsOf tells what goes with the notice.
func (d *Desk) termsOf(ctx context.Context, s casework.State, it *item.Item, act item.Act) []string {
	var terms []string
	to := leadsTo(it, s, act, casework.Env(d.House(), it, s))
	if to.Within.N > 0 {
		if due, err := d.House().Count(d.Now(), to.Within, nil); err == nil {
			terms = append(terms, web.Tf(ctx, "要在 %s 前补正。", web.Moment(ctx, due.At)))
		}
	}
	if to.Marked {
		terms = append(terms, web.T(ctx, "申请人只能改标出的内容。"))
	}
	if slices.Contains(it.Flow.Clock.Runs, s.Stage) && !slices.Contains(it.Flow.Clock.Runs, to.Name) {
		terms = append(terms, web.T(ctx, "等补正的时间不计入办理期限。"))
	}
	if act.Times == 1 {
		terms = append(terms, web.T(ctx, "补正只能告知这一次，要改的一次说全。"))
	}
	return terms
}

// lookAtNotice shows the notice as it will be read, or what it lacks.
func (d *Desk) lookAtNotice(w http.ResponseWriter, r *http.Request, s casework.State, it *item.Item, act item.Act) {
	ctx := r.Context()
	v := d.procedure(r, s, it, act, r.PostForm)
	t := readTyped(r, it)
	t.explain(act, r)
	for _, id := range sortedKeys(t.problems) {
		f, _ := it.Form.Field(id)
		v.Problems = append(v.Problems, form.Problem{Field: "wrong:" + id, Text: web.T(ctx, f.Label) + web.T(ctx, "：") + t.problems[id]})
		for i := range v.Notice.Choices {
			if v.Notice.Choices[i].ID == id {
				v.Notice.Choices[i].Problem = t.problems[id]
			}
		}
	}
	if len(v.Notice.Marks)+len(v.Notice.Reasons) == 0 && v.Notice.Text == "" {
		v.Problems = append(v.Problems, form.Problem{Field: "marks", Text: "还没有标出要补正的内容。标出至少一项，或者选一项原因。"})
	}
	status := http.StatusUnprocessableEntity
	if len(v.Problems) == 0 {
		v.Notice.Look, status = true, http.StatusOK
	}
	web.Render(w, r, status, procedurePage(v))
}
