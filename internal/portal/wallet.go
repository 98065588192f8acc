package portal

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/licence"
	"wangban/internal/web"
)

// The licence wallet (电子证照): what the visitor holds, as one who acts for
// units and as one who has applied. Messages before a licence ends are not
// sent; the wallet shows what is due.

// held is a licence in the wallet with what can be done about it.
type held struct {
	licence.Licence
	Due   string // in words, what is due; "" when nothing is
	Warn  bool
	Ways  []licenceWay
	Shown bool // its QR code can be held out
}

// licenceWay is an item that does something to a licence.
type licenceWay struct {
	Item  *item.Item
	Text  string
	First bool // what is due now
}

// walletView is the wallet, narrowed by words where it holds much: a property
// manager has a certificate for every lift.
type walletView struct {
	Shown []held
	Query string
	Total int // before narrowing
	More  int // that fit and are not shown
	Key   string
}

// What the wallet shows without a search box, and at most.
const (
	walletPlain = 6
	walletMost  = 50
)

// nearEnd is from when on a licence is said to end soon where no item says when
// to renew it.
const nearEnd = 90 * 24 * time.Hour

// wallet lists the visitor's licences.
func (p *Portal) wallet(w http.ResponseWriter, r *http.Request) {
	all, err := p.heldLicences(r)
	if err != nil {
		panic(err)
	}
	v := walletView{Query: strings.TrimSpace(r.URL.Query().Get("q")), Total: len(all), Key: web.NewKey()}
	v.Shown = slices.DeleteFunc(all, func(h held) bool { return !h.says(v.Query) })
	if n := len(v.Shown); n > walletMost {
		v.Shown, v.More = v.Shown[:walletMost], n-walletMost
	}
	web.Render(w, r, http.StatusOK, walletPage(v))
}

// says tells whether what is printed on a licence holds every word.
func (h held) says(words string) bool {
	all := h.Number + "\n" + h.Unit + "\n" + h.USCC + "\n" + h.Title
	for _, f := range h.Facts {
		all += "\n" + f.Value
	}
	all = cn.Folded(all)
	for _, w := range strings.Fields(words) {
		if !strings.Contains(all, cn.Folded(w)) {
			return false
		}
	}
	return true
}

func (p *Portal) heldLicences(r *http.Request) ([]held, error) {
	ctx, v := r.Context(), web.VisitorOf(r.Context())
	var found []licence.Licence
	for _, unit := range v.Units {
		of, err := p.Licences.OfOrganisation(ctx, unit)
		if err != nil {
			return nil, err
		}
		found = append(found, of...)
	}
	cases := slices.Clone(v.Cases)
	for _, owner := range []string{v.Person, v.Session} {
		if owner == "" {
			continue
		}
		rows, _, err := p.Door.List(ctx, casework.Query{Owner: owner, Limit: 50})
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			cases = append(cases, row.ID)
		}
	}
	of, err := p.Licences.OfCases(ctx, cases)
	if err != nil {
		return nil, err
	}
	found = append(found, slices.DeleteFunc(of, func(l licence.Licence) bool {
		s, it, err := p.Door.Get(ctx, l.Case)
		return err == nil && passedOn(l, s, it)
	})...)
	of, err = p.ofPerson(r)
	if err != nil {
		return nil, err
	}
	found = append(found, of...)
	var all []held
	seen := map[string]bool{}
	for _, l := range found {
		if !seen[l.Number] {
			seen[l.Number] = true
			all = append(all, p.held(r, l))
		}
	}
	return all, nil
}

// ofPerson are the licences that were imported as those of the person who is
// logged in.
func (p *Portal) ofPerson(r *http.Request) ([]licence.Licence, error) {
	id := web.VisitorOf(r.Context()).Person
	if id == "" {
		return nil, nil
	}
	person, ok, err := p.Accounts.Person(r.Context(), id)
	if err != nil || !ok {
		return nil, err
	}
	return p.Licences.OfPerson(r.Context(), person.IDType, person.IDNumber)
}

// showable tells whether there is a QR code of a licence to hold out: of what
// was only imported there is none, because nothing of it was signed here.
func showable(l licence.Licence) bool {
	return (l.Status == licence.Valid || l.Status == licence.Expired) && !l.Unsigned
}

// held tells what is due on a licence and what can be done.
func (p *Portal) held(r *http.Request, l licence.Licence) held {
	ctx, now := r.Context(), p.Now()
	h := held{Licence: l, Shown: showable(l)}
	renewable := false
	for _, it := range p.open() {
		use := it.Guide.Licence
		if !slices.Contains(use.Kinds, l.Kind) || !slices.Contains(waysOpen[l.Status], use.Act) {
			continue
		}
		way := licenceWay{Item: it, Text: web.T(ctx, wayLabels[use.Act])}
		if use.Act == "renew" {
			season := p.Licences.Window(renewalWindow(it), l)
			renewable = renewable || season != licence.SeasonNone
			switch season {
			case licence.SeasonEarly:
				continue
			case licence.SeasonUncounted:
				h.Due, h.Warn = web.T(ctx, "算不出是不是到了办理延续的时间：工作日历里缺少要用到的年份。打电话问本局。"), true
				continue
			case licence.SeasonLate:
				h.Due, h.Warn, way.First = web.T(ctx, "办理延续的时间已经过了，期满前还没有准予延续的，期满后不能再从事许可的活动。"), true, true
			case licence.SeasonOpen:
				h.Due, way.First = web.Tf(ctx, "%s到期，现在可以办理延续。", web.Date(ctx, l.Last())), true
			}
		}
		h.Ways = append(h.Ways, way)
	}
	for i, way := range h.Ways { // two items of one kind are told apart by their titles
		if slices.ContainsFunc(h.Ways, func(w licenceWay) bool {
			return w.Item != way.Item && w.Item.Guide.Licence.Act == way.Item.Guide.Licence.Act
		}) {
			h.Ways[i].Text = web.T(ctx, way.Item.Guide.Title)
		}
	}
	slices.SortStableFunc(h.Ways, func(a, b licenceWay) int {
		return slices.Index(item.LicenceActs(), a.Item.Guide.Licence.Act) - slices.Index(item.LicenceActs(), b.Item.Guide.Licence.Act)
	})
	switch {
	case l.Status == licence.Expired:
		h.Due, h.Warn = web.Tf(ctx, "%s有效期已满。", web.Date(ctx, l.Last())), true
	case l.Status == licence.Valid && h.Due == "" && !renewable && !l.Until.IsZero() && l.Until.Sub(now) < nearEnd:
		h.Due = web.Tf(ctx, "快到期了，有效期到 %s。", web.Date(ctx, l.Last()))
	}
	return h
}

var wayLabels = map[string]string{"change": "办理变更", "renew": "办理延续", "replace": "申请补办", "suspend": "办理停用", "resume": "办理启用", "cancel": "办理注销"}

// waysOpen is what can be done about a licence as it stands.
var waysOpen = map[licence.Status][]string{
	licence.Valid:     {"change", "renew", "replace", "suspend", "cancel"},
	licence.Expired:   {"cancel"},
	licence.Suspended: {"resume", "cancel"},
}

// renewalWindow is when the item lets a licence be renewed: the setting of its
// check.
func renewalWindow(it *item.Item) string {
	for _, check := range it.Flow.Checks {
		if check.Name == licence.NameHeld && check.With["window"] != "" {
			return check.With["window"]
		}
	}
	return ""
}

// aboutLicence are the answers with which a case about a licence begins: its
// number, and from the cases that made it what the new form asks too. ok is
// false when the licence is not the visitor's, or the item is not for it.
func (p *Portal) aboutLicence(r *http.Request, name, number string) (v form.Values, ok bool, err error) {
	it, known := p.Items.Get(name)
	if !known {
		return nil, false, nil
	}
	l, own, err := p.ownLicence(r, number)
	if it.Flow.ExOfficio() && helping(r) { // the office's own act: the licence need not be the visitor's
		if l, own, err = p.Licences.Find(r.Context(), number); err == nil && own {
			own, err = p.keeps(r, l)
		}
	}
	if err != nil || !own || !slices.Contains(it.Guide.Licence.Kinds, l.Kind) {
		return nil, false, err
	}
	v = form.Values{}
	if !l.Imported.IsZero() {
		values, by, known, err := p.Licences.Answers(r.Context(), l.Number)
		if err != nil {
			return nil, false, err
		}
		if known {
			carry(v, casework.State{Values: values}, by, it, false)
		}
	}
	for _, version := range l.Versions {
		if version.Case == "" { // taken from a file
			continue
		}
		s, was, err := p.Door.Get(r.Context(), version.Case)
		if err != nil { // forgotten: what it said is gone
			continue
		}
		carry(v, s, was, it, casework.OwnedBy(s, actor(r)))
		if id, n, _ := strings.Cut(version.Record, "/"); id != "" && version.Content == version.Case { // what the case said of others is not this licence's
			v[id] = recordsOf(v[id], atoi(n))
		}
	}
	issued(v, it, l)
	for field, known := range map[string]string{it.Flow.Subject: l.USCC, it.Flow.Title: l.Unit} {
		if known != "" && field != "" {
			v[field] = known
		}
	}
	named(v, it, l.Number)
	return v, true, nil
}

// keeps tells whether the officer's unit looks after a licence.
func (p *Portal) keeps(r *http.Request, l licence.Licence) (bool, error) {
	units, err := p.Door.Keepers(r.Context(), l.Case, l.Town)
	return slices.ContainsFunc(units, func(unit string) bool { return casework.Handles(actor(r), unit) }), err
}

// recordsOf is one of a list of records, as a list; none when it is not there.
func recordsOf(v any, n int) []form.Row {
	rows := form.RowsOf(v)
	if n < 1 || n > len(rows) {
		return nil
	}
	return []form.Row{rows[n-1]}
}

// named writes the number of the licence where the item asks for it: in a field
// of the form, or in that of each record of a list, of which there is one then.
func named(v form.Values, it *item.Item, number string) {
	field := it.Guide.Licence.Field
	list, sub, ok := it.Form.SubField(field)
	if !ok {
		v[field] = number
		return
	}
	row := form.Row{}
	if rows := form.RowsOf(v[list.ID]); len(rows) > 0 {
		for id, value := range rows[0] {
			if _, asked := list.Sub(strings.TrimSuffix(id, form.ConfirmSuffix)); asked {
				row[id] = value
			}
		}
	}
	row[sub.ID] = number
	v[list.ID] = []form.Row{row}
}

// carry takes over the answers to questions that both forms ask under one name
// and in one way, and those that the new form says it takes from others. Files,
// passwords and promises are given anew; what identifies a person goes only to
// whoever gave it, but for the unit's representative, whom the licence names.
func carry(to form.Values, s casework.State, was, it *item.Item, own bool) {
	answers := was.Form.Asked(s.Values)
	for id, value := range answers {
		before, _ := was.Form.Field(id)
		f, asked := it.Form.Field(id)
		switch {
		case !asked || f.Type != before.Type, f.Type == form.TypeFile, f.Type.Own():
		case !own && personalType(f.Type) && id != was.Flow.Rep:
		default:
			to[id] = value
		}
	}
	for _, p := range it.Form.Pages {
		for _, f := range p.Fields {
			take(to, answers, f, was, own || f.ID == it.Flow.Rep)
		}
	}
}

// take answers a field with the first of the answers that it says it comes
// from. personal tells that it may identify a person.
func take(to, answers form.Values, f form.Field, was *item.Item, personal bool) {
	for _, id := range f.TakenFrom {
		if before, ok := was.Form.Field(id); ok && before.Type == f.Type && form.Answered(answers[id]) {
			if personal || !personalType(f.Type) {
				to[f.ID] = answers[id]
			}
			return
		}
	}
}

// issued answers what asks for the day on which the licence was first issued,
// where no case of the licence says it.
func issued(to form.Values, it *item.Item, l licence.Licence) {
	for _, p := range it.Form.Pages {
		for _, f := range p.Fields {
			if slices.Contains(f.TakenFrom, form.LicenceIssued) && !form.Answered(to[f.ID]) && !l.Issued.IsZero() {
				to[f.ID] = l.Issued.In(form.Shanghai).Format(time.DateOnly)
			}
		}
	}
}

func personalType(t form.Type) bool {
	return slices.Contains([]form.Type{form.TypePersonName, form.TypeIDType, form.TypeIDNumber, form.TypeIDExpiry, form.TypeMobile}, t)
}
