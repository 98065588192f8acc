package desk

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/web"
)

// mostAtOnce are the cases that one press of a button acts on at most.
const mostAtOnce = 50

// bulk is what can be done on several cases of a list at once (批量办理): acts
// that decide nothing and ask nothing, each through the door on its own.
type bulk struct {
	Key      string
	Acts     []bulkAct
	Officers []colleague // to whom cases can be given
}

// bulkAct is an act, with what it is called by the items on the page.
type bulkAct struct {
	Name, Label string
	Assigns     bool
}

// bulkOf marks the rows that something can be done on, and tells what.
func (d *Desk) bulkOf(ctx context.Context, rows []casework.Row, views []rowView) *bulk {
	b := &bulk{Key: web.NewKey()}
	var units []string
	for i, row := range rows {
		it, ok := d.Items.Get(row.Item)
		if !ok {
			continue
		}
		for _, act := range casework.RoutineOn(it, row, actor(ctx)) {
			stage, _ := it.Flow.Stage(row.Stage)
			if stage.Held && row.Holder != officer(ctx).ID && act.Does != item.Assign {
				continue
			}
			views[i].Pick = row.ID
			b.add(ctx, act)
			units = append(units, row.Unit)
		}
	}
	if b.assigns() {
		b.Officers = d.receivers(ctx, units)
	}
	if len(b.Acts) == 0 {
		return nil
	}
	return b
}

func (b *bulk) add(ctx context.Context, act item.Act) {
	label := web.Act(ctx, act.Label)
	if i := slices.IndexFunc(b.Acts, func(a bulkAct) bool { return a.Name == act.Name }); i < 0 {
		b.Acts = append(b.Acts, bulkAct{act.Name, label, act.Does == item.Assign})
	} else if parts := strings.Split(b.Acts[i].Label, " / "); !slices.Contains(parts, label) {
		b.Acts[i].Label += " / " + label
	}
}

func (b *bulk) assigns() bool {
	return slices.ContainsFunc(b.Acts, func(a bulkAct) bool { return a.Assigns })
}

// receivers are the colleagues who handle one of the units.
func (d *Desk) receivers(ctx context.Context, units []string) (out []colleague) {
	all, err := d.Colleagues(ctx)
	if err != nil {
		panic(err)
	}
	for _, a := range all {
		if slices.ContainsFunc(units, func(u string) bool { return casework.Handles(a, u) }) {
			out = append(out, colleague{ID: a.ID, Name: a.Name, Unit: web.T(ctx, d.Units()[a.Unit])})
		}
	}
	slices.SortFunc(out, func(a, b colleague) int { return strings.Compare(a.Unit+a.Name, b.Unit+b.Name) })
	return out
}

// bulkDone tells what has become of each case.
type bulkDone struct {
	Problem string
	Rows    []bulkRow
	Done    int
	Bulk    bulk     // to choose a colleague after all
	Cases   []string // that were ticked
}

type bulkRow struct {
	Name, Number, URL string
	Text              string
	OK                bool
}

// doBulk does one act on every ticked case. The keys are made of the form's, so
// that the form sent twice acts once.
func (d *Desk) doBulk(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm() // a form that cannot be read holds nothing
	ctx := r.Context()
	var v bulkDone
	for _, id := range r.PostForm["case"] {
		if !slices.Contains(v.Cases, id) {
			v.Cases = append(v.Cases, id)
		}
	}
	act, key, to := r.PostFormValue("act"), r.PostFormValue("key"), r.PostFormValue("officer")
	switch {
	case key == "" || act == "":
		web.Fail(w, r, http.StatusBadRequest, "没有收到要办的事。回到待办，重新勾选。")
		return
	case len(v.Cases) == 0:
		v.Problem = web.T(ctx, "没有勾选办件。回到待办，先勾选，再选要办的事。")
	case len(v.Cases) > mostAtOnce:
		v.Problem = web.Tf(ctx, "一次最多办 %d 件，这次勾选了 %d 件。分几次办。", mostAtOnce, len(v.Cases))
	}
	if v.Problem != "" {
		v.Cases = nil
		web.Render(w, r, http.StatusUnprocessableEntity, bulkPage(v))
		return
	}
	if missing := d.needsOfficer(ctx, v.Cases, act); missing != nil && to == "" {
		v.Bulk, v.Problem = *missing, web.T(ctx, "选一位承办人。")
		v.Bulk.Key = key
		web.Render(w, r, http.StatusUnprocessableEntity, bulkPage(v))
		return
	}
	for _, id := range v.Cases {
		row := d.doOne(ctx, id, act, key+"-"+id, to)
		if row.OK {
			v.Done++
		}
		v.Rows = append(v.Rows, row)
	}
	v.Cases = nil
	web.Render(w, r, http.StatusOK, bulkPage(v))
}

// needsOfficer tells whether the act gives cases to somebody, with those who
// can have them.
func (d *Desk) needsOfficer(ctx context.Context, cases []string, name string) *bulk {
	b := &bulk{}
	var units []string
	for _, id := range cases {
		if s, it, ok := d.seen(ctx, id); ok {
			if act, routine := casework.RoutineNamed(it, name); routine && act.Does == item.Assign {
				b.add(ctx, act)
				units = append(units, s.Unit)
			}
		}
	}
	if !b.assigns() {
		return nil
	}
	b.Officers = d.receivers(ctx, units)
	return b
}

// seen reads a case that the officer may see.
func (d *Desk) seen(ctx context.Context, id string) (casework.State, *item.Item, bool) {
	s, it, err := d.Door.Get(ctx, id)
	var refusal *casework.Refusal
	if err != nil && !errors.As(err, &refusal) {
		panic(err)
	}
	ok := err == nil && s.Submitted != nil && casework.MaySee(s, actor(ctx))
	if ok {
		web.Speak(ctx, it.English)
	}
	return s, it, ok
}

func (d *Desk) doOne(ctx context.Context, id, name, key, to string) bulkRow {
	s, it, ok := d.seen(ctx, id)
	if !ok {
		return bulkRow{Name: web.T(ctx, "看不到的办件"), Text: web.T(ctx, "没有这件办件，或者它归别的单位办理。")}
	}
	row := bulkRow{Name: caseName(ctx, s, it), Number: s.Number, URL: "/desk/cases/" + s.ID}
	act, routine := casework.RoutineNamed(it, name)
	if !routine {
		row.Text = web.T(ctx, "这一步要打开办件逐件办理。")
		return row
	}
	in := casework.Input{Act: name, Key: key, Actor: actor(ctx)}
	if act.Does == item.Assign {
		in.Data.Officers = []string{to}
	}
	_, err := d.Door.Do(ctx, id, in)
	var refusal *casework.Refusal
	switch {
	case err == nil:
		row.OK, row.Text = true, web.T(ctx, act.Past)
	case !errors.As(err, &refusal):
		panic(err)
	default:
		row.Text = web.Tf(ctx, refusal.Text, refusal.Args...)
	}
	return row
}
