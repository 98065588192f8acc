package demo

import (
	"maps"
	"net/http"
	"slices"

	"wangban/internal/account"
	"wangban/internal/item"
	"wangban/internal/web"
)

// stageView is the stage as a whole.
type stageView struct {
	Staff    []account.Member
	People   []Registered
	Entities []Entity
	Ready    []ready
	Unit     func(string) string
	Key      string
	Problem  string // why the clock did not move
}

// ready is an item with the applications that lie there filled in.
type ready struct {
	Item     *item.Item
	Fixtures []string
}

func (d *Demo) stage(w http.ResponseWriter, r *http.Request) { d.show(w, r, http.StatusOK, "") }

func (d *Demo) show(w http.ResponseWriter, r *http.Request, status int, problem string) {
	ctx := r.Context()
	v := stageView{Unit: d.UnitName, Key: web.NewKey(), Problem: problem}
	var err error
	if v.Staff, err = d.Staff(ctx); err != nil {
		panic(err)
	}
	if v.People, err = d.People(ctx); err != nil {
		panic(err)
	}
	if v.Entities, err = d.Entities(ctx); err != nil {
		panic(err)
	}
	for _, it := range d.Items.All() {
		if len(it.Fixtures) > 0 && len(it.Guide.Licence.Kinds) == 0 { // what is about a licence begins in the wallet
			v.Ready = append(v.Ready, ready{it, slices.Sorted(maps.Keys(it.Fixtures))})
		}
	}
	web.Render(w, r, status, stagePage(v))
}

// be changes who the browser is.
func (d *Demo) be(w http.ResponseWriter, r *http.Request) {
	kind, id, next := r.PostFormValue("kind"), r.PostFormValue("id"), "/"
	switch kind {
	case "staff":
		next = "/desk"
	case "person":
		next = "/organisation"
	case "":
	default:
		web.Fail(w, r, http.StatusBadRequest, "")
		return
	}
	if err := d.Become(w, r, kind, id); err != nil {
		web.Fail(w, r, http.StatusUnprocessableEntity, "没有这个人。回到演示台重新选。")
		return
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
}
