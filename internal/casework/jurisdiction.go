package casework

import (
	"context"
	"errors"
	"slices"

	"wangban/internal/item"
)

// Whose case something is (管辖): decided by the township and the item's answers,
// when it is handed in.

// receiver is the unit to which a submission goes: whose it is (see unit), but a
// case that was handed over stays where it is, unless it names another town now.
func (d *decision) receiver() string {
	if last := d.s.Submitted; last != nil && d.transferred() && last.Values[d.it.Flow.Town] == d.s.Values[d.it.Flow.Town] {
		return d.s.Unit
	}
	return d.unit()
}

// unit is who receives the case: a unit that the item names for such
// answers, otherwise the one responsible for the township, otherwise the
// county's own. A unit that the installation does not have receives nothing.
func (d *decision) unit() string {
	for _, u := range d.it.Flow.Units {
		if _, known := d.house.Units[u.Unit]; known && u.When.Holds(d.env) {
			return u.Unit
		}
	}
	town, _ := d.s.Values[d.it.Flow.Town].(string)
	return d.house.responsible(town)
}

// responsible is the unit for a township: the county's own where none is named.
func (h House) responsible(town string) string {
	if t, ok := h.Towns[town]; ok && t.Unit != "" {
		return t.Unit
	}
	return h.CountyUnit
}

// Keepers are the units that look after what a case has brought about, such as
// a licence: the one responsible for the township, and the one that handled the
// case, unless there is none or it has been forgotten.
func (d *Door) Keepers(ctx context.Context, id, town string) ([]string, error) {
	units := []string{d.house().responsible(town)}
	if id == "" {
		return units, nil
	}
	s, _, err := d.Get(ctx, id)
	if refusal := (*Refusal)(nil); err != nil && !errors.As(err, &refusal) {
		return nil, err
	}
	if err == nil && s.Unit != "" && s.Unit != units[0] {
		units = append(units, s.Unit)
	}
	return units, nil
}

// transferred tells whether another unit was given the case.
func (d *decision) transferred() bool {
	return slices.ContainsFunc(d.it.Flow.Stages, func(s item.Stage) bool {
		return slices.ContainsFunc(s.Acts, func(a item.Act) bool { return a.Does == item.Transfer && d.s.Done[a.Name] > 0 })
	})
}
