package demo

import (
	"context"
	"slices"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
)

// anotherUnit puts a unit of the entity base in the place of the fixture's when
// an application about that one has been handed in, so that every application
// of the stage can be started again and again. The people stay who they are
// wherever the base has another unit of the same representative.
func (d *Demo) anotherUnit(ctx context.Context, it *item.Item, values form.Values) error {
	subject, _ := values[it.Flow.Subject].(string)
	if taken, err := d.taken(ctx, it, subject); err != nil || !taken {
		return err
	}
	entities, err := d.Entities(ctx)
	if err != nil {
		return err
	}
	was := slices.IndexFunc(entities, func(e Entity) bool { return e.USCC == subject })
	if was < 0 {
		return nil
	}
	kind, rep := entities[was].Kind, entities[was].Representative
	shown := d.shown()
	free := slices.DeleteFunc(slices.Clone(entities), func(e Entity) bool {
		return e.Kind != kind || !e.Living || shown[e.USCC]
	})
	slices.SortStableFunc(free, func(a, b Entity) int {
		switch {
		case a.Representative == rep && b.Representative != rep:
			return -1
		case a.Representative != rep && b.Representative == rep:
			return 1
		}
		return 0
	})
	for _, e := range free {
		taken, err := d.taken(ctx, it, e.USCC)
		if err != nil {
			return err
		}
		if !taken {
			put(it, values, rep, e, d.House())
			return nil
		}
	}
	return nil // all are taken: the fixture's own, which the door will refuse
}

// taken tells that somebody has applied about a unit, and it is under way or
// has succeeded.
func (d *Demo) taken(ctx context.Context, it *item.Item, uscc string) (bool, error) {
	rows, _, err := d.Door.List(ctx, casework.Query{Item: it.Name, Subject: uscc, HandedIn: true, Limit: 200})
	return slices.ContainsFunc(rows, func(r casework.Row) bool { return r.Ended == "" || r.Ended == string(item.EndSuccess) }), err
}

// shown are the units that fixtures begin with: they stay with their own.
func (d *Demo) shown() map[string]bool {
	units := map[string]bool{}
	for _, it := range d.Items.All() {
		for name := range it.Fixtures {
			values, err := it.Answers(name, func(name string) form.File { return form.File{Name: name} })
			if uscc, ok := values[it.Flow.Subject].(string); ok && err == nil {
				units[uscc] = true
			}
		}
	}
	return units
}

// put fills a unit in, with its representative wherever the fixture's was
// named.
func put(it *item.Item, values form.Values, rep string, e Entity, house casework.House) {
	values[it.Flow.Subject], values[it.Flow.Title] = e.USCC, e.Name
	if _, known := house.Towns[e.Town]; known && it.Flow.Town != "" {
		values[it.Flow.Town] = e.Town
	}
	if it.Flow.Rep != "" {
		values[it.Flow.Rep] = e.Representative
	}
	for _, p := range it.Flow.Parties {
		if values[p.PersonName] == rep {
			values[p.PersonName] = e.Representative
		}
	}
}
