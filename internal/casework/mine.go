package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Mine are the cases that somebody may open: those that they own, by an account
// or in a browser, and single ones that a code has opened for them.
type Mine struct{ Owners, Cases []string }

func (m Mine) empty() bool { return len(m.Owners)+len(m.Cases) == 0 }

// parts calls over for each owner's cases, and for single ones that are none of
// theirs.
func (m Mine) parts(over func(narrow func(*where))) {
	for _, owner := range m.Owners {
		over(func(w *where) { w.add("owner = ?", owner) })
	}
	if len(m.Cases) > 0 {
		over(func(w *where) {
			w.in("id", m.Cases)
			for _, owner := range m.Owners {
				w.add("owner <> ?", owner)
			}
		})
	}
}

// mine reads somebody's own cases, the one that changed last first. What else
// is asked for is looked at case by case: nobody has that many.
func (b *builder) mine() {
	m := *b.q.Mine
	m.Owners = slices.Compact(slices.Sorted(slices.Values(m.Owners)))
	b.r.name, b.r.empty, b.r.newest, b.r.number = "mine", m.empty(), true, true
	m.parts(func(narrow func(*where)) { b.over("updated", Query{}, narrow) })
	if text := strings.TrimSpace(b.q.Text); text != "" {
		b.text = text
	}
	b.q.Mine, b.q.Text = nil, ""
}

// ItemsOf are the items of somebody's own cases, by name.
func (d *Door) ItemsOf(ctx context.Context, m Mine) (items []string, err error) {
	w, parts := &where{}, []string(nil)
	m.parts(func(narrow func(*where)) {
		narrow(w)
		parts = append(parts, "SELECT item FROM cases"+w.sql())
	})
	if len(parts) == 0 {
		return nil, nil
	}
	rows, err := d.db.Read().QueryContext(ctx, strings.Join(parts, " UNION "), w.args...)
	if err != nil {
		return nil, fmt.Errorf("items of cases: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var item string
		if err := rows.Scan(&item); err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	slices.Sort(items)
	return items, rows.Err()
}
