package desk

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/licence"
	"wangban/internal/web"
)

// licenceView is a licence as staff see it: every version with the case that
// made it, and why it was corrected or ended.
type licenceView struct {
	Number  string // as typed
	Asked   bool
	Found   *licence.Licence
	Problem string
	Ways    []licenceWay
	Keeper  string          // the unit that looks after it, where the officer does not
	Open    map[string]bool // cases that the officer may see
	Drafts  []rowView       // what the officer has begun and not handed in
	Key     string
}

// licenceWay is an item with which the office changes or ends a licence of its
// own accord (依职权).
type licenceWay struct{ Item, Title string }

// licence looks a licence up by its number. What the licence says is public; the
// cases it leads to are shown to whom they concern.
func (d *Desk) licence(w http.ResponseWriter, r *http.Request) {
	v := licenceView{Number: strings.TrimSpace(r.URL.Query().Get("number")), Asked: r.URL.Query().Has("number"), Key: web.NewKey(), Drafts: d.drafts(r.Context())}
	status := http.StatusOK
	switch {
	case v.Asked && v.Number == "":
		v.Problem, status = "填证照编号。", http.StatusUnprocessableEntity
	case v.Asked:
		l, ok, err := d.Licence(r.Context(), v.Number)
		if err != nil {
			panic(err)
		}
		if ok {
			d.foundLicence(r.Context(), &v, l)
		} else {
			status = http.StatusNotFound
		}
	}
	web.Render(w, r, status, licencePage(v))
}

// foundLicence fills in what the officer may do about a licence, and which of
// its cases they may see.
func (d *Desk) foundLicence(ctx context.Context, v *licenceView, l licence.Licence) {
	v.Found, v.Open = &l, map[string]bool{}
	keepers, err := d.Door.Keepers(ctx, l.Case, l.Town)
	if err != nil {
		panic(err)
	}
	mine := slices.ContainsFunc(keepers, func(unit string) bool { return casework.Handles(actor(ctx), unit) })
	if v.Ways = d.licenceWays(ctx, l); !mine && len(v.Ways) > 0 {
		v.Ways, v.Keeper = nil, web.T(ctx, d.Units()[keepers[0]])
	}
	for _, id := range licenceCases(l) {
		s, _, err := d.Door.Get(ctx, id)
		if refusal := (*casework.Refusal)(nil); err != nil && !errors.As(err, &refusal) {
			panic(err)
		}
		v.Open[id] = err == nil && casework.MaySee(s, actor(ctx)) // a case may have been forgotten
	}
}

// licenceCases are the cases that made a licence's versions and the one that
// ended it.
func licenceCases(l licence.Licence) []string {
	ids := []string{l.EndedCase}
	for _, version := range l.Versions {
		ids = append(ids, version.Case)
	}
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" })
}

// licenceWays are what the officer's post lets the office do about a licence as
// it stands.
func (d *Desk) licenceWays(ctx context.Context, l licence.Licence) []licenceWay {
	var out []licenceWay
	if l.Status != licence.Valid && l.Status != licence.Suspended && l.Status != licence.Expired {
		return nil
	}
	for _, it := range d.Items.All() {
		first, _ := it.Flow.Stage(it.Flow.Start)
		if it.Flow.ExOfficio() && it.Guide.Live.Covers(d.Now()) && slices.Contains(it.Guide.Licence.Kinds, l.Kind) && slices.Contains(officer(ctx).Roles, first.By) {
			web.Speak(ctx, it.English)
			out = append(out, licenceWay{it.Name, web.T(ctx, it.Guide.Title)})
		}
	}
	return out
}

// drafts are what the officer has begun in the name of the office and not
// handed in.
func (d *Desk) drafts(ctx context.Context) []rowView {
	rows, _, err := d.Door.List(ctx, casework.Query{Owner: casework.HelperOwner(officer(ctx).ID), Live: true})
	if err != nil {
		panic(err)
	}
	rows = slices.DeleteFunc(rows, func(row casework.Row) bool { return row.Channel != casework.ChannelOffice || row.Number != "" })
	views := d.rowsOf(ctx, rows)
	for i := range views {
		views[i].URL = "/cases/" + rows[i].ID + "/tasks"
	}
	return views
}
