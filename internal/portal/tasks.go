package portal

import (
	"net/http"
	"slices"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

// task is a page of the form in the list of what is to be done.
type task struct {
	Title, URL string
	Status     form.Status
	Own        bool // for the applicant alone; whoever looks is a helper
}

// taskWords are the statuses of pages as people read them.
var taskWords = map[form.Status]struct {
	text string
	kind web.Kind
}{
	form.NotStarted: {"未填", web.Calm},
	form.InProgress: {"没填完", web.Warn},
	form.Wrong:      {"有内容要改", web.Bad},
	form.Done:       {"已完成", web.Good},
}

// tasks lists the pages with how far each is.
func (p *Portal) tasks(w http.ResponseWriter, r *http.Request) {
	s, it, ok := p.editable(w, r)
	if !ok {
		return
	}
	if correcting(it, s) {
		http.Redirect(w, r, correctionURL(s), http.StatusSeeOther)
		return
	}
	list, done := p.taskList(s, it)
	if web.VisitorOf(r.Context()).Staff != nil {
		for i, page := range it.Form.Shown(s.Values) {
			list[i].Own = form.OwnPage(page)
		}
	}
	// What hands the case in stands where it is read through; what is left gives it up.
	others := slices.DeleteFunc(casework.Offers(p.House(), it, s, actor(r)), func(a item.Act) bool { return a.Complete })
	web.Render(w, r, http.StatusOK, taskPage(s, it, list, done, r.URL.Query().Get("begun") != "", others))
}

func (p *Portal) taskList(s casework.State, it *item.Item) (list []task, done int) {
	fc := casework.FormContext(p.House(), s, p.Now())
	for _, page := range it.Form.Shown(s.Values) {
		st := form.PageStatus(it.Form, s.Values, page.Name, fc)
		if st == form.Done {
			done++
		}
		list = append(list, task{Title: page.Title, URL: "/cases/" + s.ID + "/form/" + page.Name, Status: st})
	}
	return list, done
}
