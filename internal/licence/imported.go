package licence

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/item"
)

// What is known of a licence that was imported, and the certificate that the
// first act on it makes.

// personIndex is by what a holder's document is found.
func (r *Room) personIndex(kind, number string) string {
	return r.Vault.Index("licence-holder", kind+"/"+cn.Code(number))
}

// OfPerson lists the licences that were imported as those of a person, by the
// person's document, the latest first. What was handed on to another holder
// since is that one's.
func (r *Room) OfPerson(ctx context.Context, idType, idNumber string) ([]Licence, error) {
	if r.Vault == nil || idNumber == "" {
		return nil, nil
	}
	all, err := query(ctx, r.DB.Read(), r.Now(), `l.number IN (SELECT number FROM licence_imported WHERE person = $1) ORDER BY l.issued DESC, l.number`, r.personIndex(idType, idNumber))
	return slices.DeleteFunc(all, func(l Licence) bool { return l.act == ActChange }), err
}

// Answers are what is known of an imported licence by the questions of the item
// that issues such licences, with the version of it by which they were checked;
// false when it was not imported, or what was personal in it is forgotten.
func (r *Room) Answers(ctx context.Context, number string) (form.Values, *item.Item, bool, error) {
	return r.answers(ctx, r.DB.Read(), number)
}

func (r *Room) answers(ctx context.Context, q casework.Queryer, number string) (form.Values, *item.Item, bool, error) {
	var hash string
	var wrapped, sealed []byte
	err := q.QueryRowContext(ctx, `SELECT hash, wrapped, sealed FROM licence_imported WHERE number = $1`, number).Scan(&hash, &wrapped, &sealed)
	if errors.Is(err, sql.ErrNoRows) || err == nil && len(wrapped) == 0 {
		return nil, nil, false, nil
	}
	if err != nil {
		return nil, nil, false, err
	}
	it, ok := r.Items.Version(hash)
	if !ok {
		return nil, nil, false, fmt.Errorf("the item version of imported licence %s is not in the library", number)
	}
	key, err := r.Vault.Unwrap(wrapped)
	if err != nil {
		return nil, nil, false, fmt.Errorf("imported licence %s: %w", number, err)
	}
	said, err := key.Open(sealed, bound(number))
	if err != nil {
		return nil, nil, false, fmt.Errorf("imported licence %s: %w", number, err)
	}
	var row imported
	err = json.Unmarshal(said, &row)
	return row.Values, it, err == nil, err
}

// shown is what the document of a version shows: a case, or what was imported
// with the answers of the case that made the version over it.
func (r *Room) shown(ctx context.Context, l Licence) (casework.State, *item.Item, error) {
	if !l.imported {
		return r.Case(ctx, l.Content)
	}
	values, it, ok, err := r.Answers(ctx, l.Number)
	if err == nil && !ok { // with another number since
		values, it, ok, err = r.Answers(ctx, l.Replaces)
	}
	if err != nil || !ok {
		return casework.State{}, nil, cmp.Or(err, ErrNoDocument)
	}
	s, by, err := r.Case(ctx, l.Content)
	if err != nil {
		return s, nil, err
	}
	return casework.State{ID: s.ID, Number: s.Number, Item: it.Name, Hash: it.Hash, Values: over(values, it, s, by), UpdatedAt: s.UpdatedAt}, it, nil
}

// over lays what a case says over what was imported, where both forms ask for
// it under one name and in one way.
func over(values form.Values, it *item.Item, s casework.State, by *item.Item) form.Values {
	out := maps.Clone(values)
	for id, value := range by.Form.Asked(s.Values) {
		f, known := it.Form.Field(id)
		if was, _ := by.Form.Field(id); known && f.Type == was.Type && f.Type != form.TypeFile && f.Type != form.TypeRows && !f.Type.Own() {
			out[id] = value
		}
	}
	return out
}

// certified gives a version of an imported licence the document that its item
// makes when it issues one, where the act that makes the version has none of
// its own: the first certificate that is signed here. Where an answer that it
// shows is missing, the act is refused: half a certificate is none.
func (r *Room) certified(ctx context.Context, tx db.Tx, g grant, old Licence, v Version) (Version, error) {
	if v.Document != "" || old.Imported.IsZero() || v.Act == ActSuspend {
		return v, nil
	}
	from, err := importOf(ctx, tx, old.Number)
	if err != nil || from == nil || from.document == "" {
		return v, err
	}
	values, it, ok, err := r.answers(ctx, tx, old.Number)
	if err != nil || !ok {
		return v, err
	}
	if missing := lacking(over(values, it, g.after, g.it), it, from.document, from.record); len(missing) > 0 {
		return v, refuse("编号 %s 的证照是历史数据，没有“%s”，做不出完整的电子证照。先更正或者变更，补上这些内容，再办这一项。", old.Number, strings.Join(missing, "、"))
	}
	v.Document, v.Content, v.Record, v.imported = from.document, g.after.ID, from.record, true
	return v, nil
}

// incomplete tells what an imported licence lacks for the certificate that the
// case's item would make of it; nothing where the item has a certificate of its
// own, whose form asks for everything.
func (r *Room) incomplete(ctx context.Context, q casework.Queryer, g grant, l Licence) ([]string, error) {
	if l.Imported.IsZero() || l.Document != "" || r.Vault == nil {
		return nil, nil
	}
	makes := slices.ContainsFunc(effectsOf(g.it), func(use item.EffectUse) bool {
		act := Act(strings.TrimPrefix(use.Name, "licence."))
		return slices.Contains([]Act{ActChange, ActRenew, ActReplace, ActResume}, act) && use.With["document"] == "" && slices.Contains(strings.Fields(use.With["kind"]), l.Kind)
	})
	if !makes {
		return nil, nil
	}
	from, err := importOf(ctx, q, l.Number)
	if err != nil || from == nil || from.document == "" {
		return nil, err
	}
	values, it, ok, err := r.answers(ctx, q, l.Number)
	if err != nil || !ok {
		return nil, err
	}
	return lacking(over(values, it, g.after, g.it), it, from.document, from.record), nil
}

// lacking are the questions that have to be answered, that a document shows,
// and that nobody has answered.
func lacking(values form.Values, it *item.Item, document, of string) (labels []string) {
	shows := it.Shows(document)
	missing := func(f form.Field) bool { return slices.Contains(shows, f.ID) && !slices.Contains(labels, f.Label) }
	for _, p := range form.Validate(it.Form, values, form.Context{}) {
		f, ok := it.Form.Field(p.Field)
		if ok && p.Sub != "" {
			f, ok = f.Sub(p.Sub)
		}
		holder := f.ID == it.Flow.Subject || f.ID == it.Flow.Title // as far as there is one, it was imported
		if ok && p.Code == form.NotAnswered && !holder && missing(f) {
			labels = append(labels, f.Label)
		}
	}
	if id, _, _ := strings.Cut(of, "/"); id != "" && len(form.RowsOf(values[id])) == 0 {
		if f, ok := it.Form.Field(id); ok {
			labels = append(labels, f.Label)
		}
	}
	return labels
}
