package casework

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"wangban/internal/db"
	"wangban/internal/workday"
)

// route is how a list is read: ranges of one index, or of several units' parts
// of it, merged by their key, and what is left to look at in each case.
type route struct {
	name   string // in page marks, so that one is never read as another's
	ranges []keys
	newest bool   // the highest key first
	number bool   // the key is a number
	empty  bool   // nothing can be found
	also   string // columns that the sieve looks at
	sieve  string // what is looked at before a case is read
	args   []any
	first  int          // how many of them the ranges need
	look   func(*where) // what is looked at in each case, called c; nil: nothing
}

// keys is a range of an index: which column cases are sorted by, and where.
type keys struct{ table, key, id, where string }

// ErrPage is returned for a page mark that List did not make.
var ErrPage = errors.New("the page mark is damaged; start again from the first page")

// route chooses the way to a query's cases.
func (d *Door) route(ctx context.Context, q Query, after string) (route, error) {
	if q.Text != "" && q.Mine == nil {
		return d.search(ctx, q, after)
	}
	b := &builder{q: q, w: &where{}}
	b.choose()
	return b.route(after)
}

// choose takes the way to cases that no text is looked for in.
func (b *builder) choose() {
	q := b.q
	b.r = route{number: true, newest: true}
	switch {
	case q.Mine != nil:
		b.mine()
	case q.Number != "":
		b.r.name = "number"
		b.over("updated", q, func(w *where) { w.add("number <> ''") })
		b.q = Query{}
	case q.Subject != "" || q.Owner != "" || q.Applicant != "" || q.Helper != "":
		b.r.name = "whose"
		b.over("updated", q, nil)
		b.q = Query{}
	case len(q.Consulted) > 0:
		b.r.name, b.r.newest = "asked", false
		b.consulted()
	case q.Desk:
		b.r.name, b.r.newest = "desk", false
		b.desk()
	default:
		b.r.name = "recent"
		b.q.Units, b.q.HandedIn = nil, false
		for _, unit := range unitsOf(q) {
			b.over("updated", Query{Units: unit, HandedIn: true}, nil)
		}
	}
}

// unitsOf is one list for each unit to be read apart; a list of none is for
// the whole county.
func unitsOf(q Query) [][]string {
	if everyUnit(q.Units) {
		return [][]string{nil}
	}
	var apart [][]string
	for _, u := range q.Units {
		apart = append(apart, []string{u})
	}
	return apart
}

// builder makes a route; q is what is left to look at in each case, name a
// part of its name, text that or the beginning of its number, and grams what its
// name must have for that.
type builder struct {
	q     Query
	name  string
	text  string
	grams []int64
	r     route
	w     *where
}

// over adds a range of cases sorted by a column.
func (b *builder) over(key string, q Query, more func(*where)) {
	b.w.narrow("", q)
	if more != nil {
		more(b.w)
	}
	b.r.ranges = append(b.r.ranges, keys{"cases", key, "id", b.w.sql()})
}

// desk reads what waits for the staff: by holder, or by unit with stage or
// item.
func (b *builder) desk() {
	q := b.q
	b.q.Desk = false
	if q.Light == workday.Green && len(q.Holders) == 0 {
		// By when they turn amber: else all that have would be in the way.
		b.q.Units, b.q.Light = nil, ""
		for _, unit := range unitsOf(q) {
			b.over("near", Query{Desk: true, Units: unit}, func(w *where) { w.add("near > 0 AND near > ?", db.Micros(q.Now)) })
		}
		return
	}
	// The range is of queued alone: with near in it too, a database may take
	// the index of near, and sort.
	light := func(w *where) { w.span(q) }
	if q.Light == workday.PausedLight {
		b.q.Light = ""
	}
	if len(q.Holders) > 0 {
		b.q.Holders = nil
		for _, h := range q.Holders {
			b.over("queued", Query{Desk: true, Holders: []string{h}}, light)
		}
		return
	}
	b.q.Units, b.q.Stage = nil, ""
	part := Query{Desk: true, Stage: q.Stage}
	if q.Stage == "" {
		part.Item, b.q.Item = q.Item, ""
	}
	for _, unit := range unitsOf(q) {
		part.Units = unit
		b.over("queued", part, light)
	}
}

// consulted reads the cases on which opinions are awaited, the most urgent
// first.
func (b *builder) consulted() {
	q := b.q
	b.q.Consulted = nil
	for _, unit := range unitsOf(Query{Units: q.Consulted}) {
		b.w.add("open = 1")
		b.w.in("unit", unit)
		b.r.ranges = append(b.r.ranges, keys{"case_consult", "due", "case_id", b.w.sql()})
	}
}

// route finishes the route from where the page before ended.
func (b *builder) route(after string) (route, error) {
	if after != "" {
		key, id, err := b.r.read(after)
		if err != nil {
			return b.r, err
		}
		sign := " > "
		if b.r.newest {
			sign = " < "
		}
		for i, k := range b.r.ranges {
			if k.key == k.id {
				b.w.add(k.id+sign+"?", id)
			} else {
				b.w.add("("+k.key+", "+k.id+")"+sign+"(?, ?)", key, id)
			}
			past := strings.TrimPrefix(b.w.sql(), " WHERE ")
			if k.where == "" {
				b.r.ranges[i].where = " WHERE " + past
			} else {
				b.r.ranges[i].where += " AND " + past
			}
		}
	}
	b.r.first = len(b.w.args)
	if b.r.also != "" {
		b.w.in("v.unit", b.q.Units)
	}
	for _, gram := range b.grams {
		b.w.add("EXISTS (SELECT 1 FROM case_gram g WHERE g.gram = ? AND g.case_id = v.id)", gram)
	}
	b.r.sieve = b.w.sql()
	b.r.args = b.w.args
	if b.looks() || b.r.sieve != "" {
		b.r.look = b.look
	}
	return b.r, nil
}

func (b *builder) looks() bool {
	var w where
	b.look(&w)
	return len(w.parts) > 0
}

// look is what the ranges leave to be looked at in each case.
func (b *builder) look(w *where) {
	w.narrow("c.", b.q)
	if b.name != "" {
		w.add(`lower(c.title) LIKE ? ESCAPE '\'`, "%"+likePrefix(b.name))
	}
	if b.text != "" {
		w.add(`(lower(c.title) LIKE ? ESCAPE '\' OR c.number LIKE ? ESCAPE '\')`, "%"+likePrefix(strings.ToLower(b.text)), likePrefix(b.text))
	}
}

// mark names the place after a case; read is its inverse.
func (r route) mark(key, id string) string { return r.name + "." + key + "." + id }

func (r route) read(mark string) (key any, id string, err error) {
	parts := strings.SplitN(mark, ".", 3)
	if len(parts) != 3 || parts[0] != r.name {
		return nil, "", ErrPage
	}
	if !r.number {
		return parts[1], parts[2], nil
	}
	n, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return nil, "", ErrPage
	}
	return n, parts[2], nil
}

func (r route) order(key, id string) string {
	switch {
	case key == id && r.newest:
		return " ORDER BY " + id + " DESC"
	case key == id:
		return " ORDER BY " + id
	case r.newest:
		return " ORDER BY " + key + " DESC, " + id + " DESC"
	}
	return " ORDER BY " + key + ", " + id
}

// keys reads the first so many keys; each range gives no more than that.
func (r route) keys(n int) string {
	most := " LIMIT " + strconv.Itoa(n)
	parts := make([]string, len(r.ranges))
	for i, k := range r.ranges {
		parts[i] = "SELECT " + k.key + " AS k, " + k.id + " AS id" + r.also + " FROM " + k.table + k.where + r.order(k.key, k.id) + most
	}
	if len(parts) == 1 {
		return parts[0]
	}
	for i, p := range parts {
		parts[i] = "SELECT k, id" + r.also + " FROM (" + p + ") AS r" + strconv.Itoa(i)
	}
	return "SELECT k, id" + r.also + " FROM (" + strings.Join(parts, " UNION ALL ") + ") AS u" + r.order("k", "id") + most
}

// sieved are those of the first so many keys that the sieve lets through, in
// their order.
func (r route) sieved(n int) string {
	if r.sieve == "" {
		return r.keys(n)
	}
	return "SELECT k, id FROM (" + r.keys(n) + ") AS v" + r.sieve + r.order("k", "id")
}

// sql reads the first so many cases themselves, where each belongs to the list.
// The keys lead: CROSS JOIN tells SQLite so.
func (r route) sql(n int) string {
	return "SELECT " + listColumns + ", w.k FROM (" + r.sieved(n) + ") AS w CROSS JOIN cases c WHERE c.id = w.id" + r.order("w.k", "w.id")
}

// these reads the cases at some places, if they belong to the list. The text is
// the same for any number of places up to size.
func (r route) these(some []place, size int) (text string, args []any) {
	ids := make([]string, size)
	for i := range ids {
		ids[i] = some[min(i, len(some)-1)].id
	}
	var w where
	w.in("c.id", ids)
	r.look(&w)
	return "SELECT " + listColumns + ", '' FROM cases c" + w.sql(), w.args
}
