package portal

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/form/sheet"
	"wangban/internal/web"
)

// sheetView is the page of filling in records by spreadsheet.
type sheetView struct {
	rowView
	Has     int // how many records there are
	Problem string
	Read    *sheetRead
}

// sheetRead is what came of a spreadsheet.
type sheetRead struct {
	Taken, Wrong int
	Notes        []string
	Problems     []sheetProblem
	More         int
}

// sheetProblem is one cell to be put right.
type sheetProblem struct {
	Line                 int // in the spreadsheet
	Column, Written, Say string
	URL                  string // of the record
}

// mostSheetProblems is how many of them one page lists; the records themselves
// say the rest.
const mostSheetProblems = 200

// sheetField is a list of the visitor's own case that can come by spreadsheet.
func (p *Portal) sheetField(w http.ResponseWriter, r *http.Request) (sheetView, bool) {
	v, ok := p.rowsField(w, r)
	if ok && !v.Field.Sheet {
		http.Redirect(w, r, v.back(), http.StatusSeeOther)
		ok = false
	}
	return sheetView{rowView: v, Has: len(form.RowsOf(v.State.Values[v.Field.ID]))}, ok
}

func (p *Portal) sheet(w http.ResponseWriter, r *http.Request) {
	if v, ok := p.sheetField(w, r); ok {
		web.Render(w, r, http.StatusOK, sheetPage(v))
	}
}

// sheetTemplate is the empty spreadsheet.
func (p *Portal) sheetTemplate(w http.ResponseWriter, r *http.Request) {
	v, ok := p.sheetField(w, r)
	if !ok {
		return
	}
	content, err := sheet.Template(v.Field, casework.FormContext(p.House(), v.State, p.Now()))
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": v.Field.Label + ".xlsx"}))
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	_, _ = w.Write(content)
}

// reading bounds how many spreadsheets are taken apart at once: each may take
// some memory.
var reading = make(chan struct{}, 2)

// readSheet takes the records of a spreadsheet in. Those with something wrong
// in them are taken too, to be put right on their pages.
func (p *Portal) readSheet(w http.ResponseWriter, r *http.Request) {
	forget, ok := web.ReadUpload(w, r)
	if !ok {
		return
	}
	defer forget()
	v, ok := p.sheetField(w, r)
	if !ok {
		return
	}
	ctx := r.Context()
	again := func(text string, args ...any) {
		v.Problem = web.Tf(ctx, text, args...)
		web.Render(w, r, http.StatusUnprocessableEntity, sheetPage(v))
	}
	content, ok := uploaded(r, "sheet")
	if !ok {
		again("还没有选表格。选好填完的 XLSX 表格，再点“上传”。")
		return
	}
	fc := casework.FormContext(p.House(), v.State, p.Now())
	reading <- struct{}{}
	got, err := sheet.Read(v.Field, content, fc)
	<-reading
	var unusable *sheet.Unusable
	switch {
	case errors.As(err, &unusable):
		again(unusable.Text, unusable.Args...)
		return
	case err != nil:
		panic(err)
	case len(got.Lines) == 0:
		again("表格里没有内容。从第 3 行开始填，每行一条。")
		return
	}
	var rows []form.Row
	if r.PostFormValue("mode") != "replace" {
		rows = slices.Clone(form.RowsOf(v.State.Values[v.Field.ID]))
	}
	before := len(rows)
	if total := before + len(got.Lines); total > v.Field.RowLimit() {
		again("最多 %d 条，加上表格里的 %d 条超过了。删去一些，或者选“代替已经填的”。", v.Field.RowLimit(), len(got.Lines))
		return
	}
	for _, line := range got.Lines {
		rows = append(rows, line.Row)
	}
	fresh, err := p.saveRows(r, v.rowView, rows, rows[before:]...)
	if fresh != nil {
		v.State, v.Version, v.Has = *fresh, fresh.Version, len(form.RowsOf(fresh.Values[v.Field.ID]))
		v.Problem = web.T(ctx, "你打开这一页之后，内容已经在别处改过。核对后再上传一次。")
		web.Render(w, r, http.StatusConflict, sheetPage(v))
		return
	}
	if err != nil {
		refused(w, r, err)
		return
	}
	v.Has = len(rows)
	v.Read = p.sheetResult(r, v, rows, before, got, fc)
	web.Render(w, r, http.StatusOK, sheetPage(v))
}

func uploaded(r *http.Request, name string) ([]byte, bool) {
	file, header, err := r.FormFile(name)
	if err != nil {
		return nil, false
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(io.LimitReader(file, sheet.MaxFile+1))
	return content, err == nil && header.Size > 0
}

// sheetResult tells what came of a spreadsheet: what a cell itself is wrong
// about says more than what is missing for it.
func (p *Portal) sheetResult(r *http.Request, v sheetView, rows []form.Row, before int, got sheet.Reading, fc form.Context) *sheetRead {
	ctx := r.Context()
	tr := func(t string) string { return web.T(ctx, t) }
	result := &sheetRead{Taken: len(got.Lines)}
	for _, note := range got.Notes {
		result.Notes = append(result.Notes, note.Say(tr))
	}
	values := merge(v.State.Values, form.Values{v.Field.ID: rows})
	found := map[int][]form.Problem{}
	for _, problem := range form.RowsProblems(v.Item.Form, v.Field, values, fc) {
		if i := problem.Row - 1 - before; i >= 0 && !slices.ContainsFunc(got.Lines[i].Problems, func(cell form.Problem) bool { return cell.Sub == problem.Sub }) {
			found[i] = append(found[i], problem)
		}
	}
	for i, line := range got.Lines {
		all := slices.Concat(line.Problems, found[i])
		if len(all) > 0 {
			result.Wrong++
		}
		for _, problem := range all {
			if len(result.Problems) == mostSheetProblems {
				result.More++
				continue
			}
			sub, _ := v.Field.Sub(problem.Sub)
			result.Problems = append(result.Problems, sheetProblem{Line: line.Number, Column: tr(sub.Label),
				Written: form.Short(form.Show(sub, line.Row[sub.ID], fc, false, tr), 40), Say: wordsOfRow(tr, problem),
				URL: v.back() + "/" + v.Field.ID + "/" + strconv.Itoa(before+i+1) + "#" + sub.ID})
		}
	}
	return result
}
