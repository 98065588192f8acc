package demo

import (
	"errors"
	"net/http"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

// start begins an application that is filled in already, so that one can try
// what comes after the form. It passes the door like any other.
func (d *Demo) start(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	it, ok := d.Items.Get(r.PostFormValue("item"))
	if !ok || it.Fixtures[r.PostFormValue("fixture")] == nil {
		web.NotFound(w, r)
		return
	}
	v := web.VisitorOf(ctx)
	a := casework.Actor{Kind: casework.Applicant, ID: v.Session, Session: v.Session}
	if v.Person != "" {
		a.ID = v.Person
	}
	receipt, err := d.Door.Create(ctx, casework.Creation{Item: it.Name, Key: r.PostFormValue("key"), Actor: a, Created: casework.Created{Owner: a.ID, Channel: "web"}})
	if refused(w, r, err) {
		return
	}
	// The acts that follow have keys made of the first one's, so that asking
	// again also finishes what a dying process has left half done.
	values, err := d.answers(r, it)
	if err != nil {
		panic(err)
	}
	for _, in := range []casework.Input{
		{Act: casework.ActSave, Key: r.PostFormValue("key") + "-save", Actor: a, Data: casework.Data{Values: values}},
		// The codes that would prove the numbers are taken as given: they
		// would arrive on the demo's phone anyway.
		{Act: casework.ActVerify, Key: r.PostFormValue("key") + "-verify", Actor: a, Data: casework.Data{Verified: proven(it, values)}},
	} {
		if _, err = d.Door.Do(ctx, receipt.Case, in); refused(w, r, err) {
			return
		}
	}
	http.Redirect(w, r, "/cases/"+receipt.Case+"/check", http.StatusSeeOther)
}

// answers are those of the fixture, with what depends on the day moved to
// today, and with a password that the stage can tell.
func (d *Demo) answers(r *http.Request, it *item.Item) (form.Values, error) {
	values, err := it.Answers(r.PostFormValue("fixture"), func(name string) form.File { return form.File{Name: name} })
	if err != nil {
		return nil, err
	}
	if err := d.anotherUnit(r.Context(), it, values); err != nil {
		return nil, err
	}
	ctx := casework.FormContext(d.House(), casework.State{}, d.Clock.Now())
	for _, page := range it.Form.Pages {
		for _, f := range page.Fields {
			if _, given := values[f.ID]; !given {
				continue
			}
			switch {
			case f.Type == form.TypeDate && f.Default != "":
				values[f.ID] = form.Default(it.Form, f, values, ctx)
			case f.Type == form.TypePassword:
				values[f.ID] = form.HashPassword(Password)
			case f.Type == form.TypeFile:
				files, _ := values[f.ID].([]form.File)
				for i := range files {
					if files[i], err = d.Picture(r.Context(), specimen(it, f, files[i].Name, values, ctx)); err != nil {
						return nil, err
					}
				}
			}
		}
	}
	return values, nil
}

// proven are the numbers that the form wants proven.
func proven(it *item.Item, values form.Values) map[string]string {
	verified := map[string]string{}
	env := it.Form.Env(values)
	for _, page := range it.Form.Pages {
		for _, f := range page.Fields {
			if number, ok := values[f.ID].(string); ok && !f.Verify.Empty() && f.Verify.Holds(env) {
				verified[f.ID] = number
			}
		}
	}
	return verified
}

func refused(w http.ResponseWriter, r *http.Request, err error) bool {
	var refusal *casework.Refusal
	switch {
	case err == nil:
		return false
	case errors.As(err, &refusal):
		web.Fail(w, r, refusal.Code.Status(), refusal.Text, refusal.Args...)
		return true
	}
	panic(err)
}
