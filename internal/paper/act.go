package paper

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/item"
)

// Take takes the documents that an act makes, in its transaction; it is the
// door's casework.Papers. Each gets its number here, so that an act that fails
// leaves no gap. It tells what messages call them.
func (r *Room) Take(ctx context.Context, tx db.Tx, it *item.Item, s casework.State, e casework.Event, names []string) (said string, err error) {
	papers := make([]Paper, len(names))
	order := make([]int, 0, len(names))
	series := make([]string, len(names))
	for i, name := range names {
		d := it.Documents[name]
		papers[i] = Paper{Case: e.Case, Seq: e.Seq, Place: i, Document: name, Title: cmp.Or(d.Title, name), Acted: e.At, State: Waiting}
		if d.Word != "" {
			series[i] = r.Pattern().series(d.Word, s.Unit, e.At)
			order = append(order, i)
		}
	}
	// Acts that take several numbers take them in one order: none waits for
	// another that waits for it.
	slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(series[a], series[b]) })
	for _, i := range order {
		n, err := next(ctx, tx, series[i])
		if err != nil {
			return "", fmt.Errorf("take a number of %s: %w", series[i], err)
		}
		papers[i].Number = numbered(series[i], n)
	}
	for i, p := range papers {
		if err := insert(ctx, tx, p); err != nil {
			return "", fmt.Errorf("keep document %s of an act: %w", p.Document, err)
		}
		if err := r.Jobs.InsertTx(ctx, tx, makePaper{p.Case, p.Seq, p.Place}); err != nil {
			return "", err
		}
		if i > 0 {
			said += "、"
		}
		said += "《" + p.Title + "》" + p.Number
	}
	return said, nil
}

// Again lets a document be made that no try will follow for by itself; false
// when there is nothing to do.
func (r *Room) Again(ctx context.Context, caseID string, seq, place int) (bool, error) {
	p, ok, err := r.Find(ctx, caseID, seq, place)
	if err != nil || !ok || !p.Stuck(r.Now()) {
		return false, err
	}
	again := false
	err = r.DB.Write(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		if again, err = reopen(ctx, tx, p); err != nil || !again {
			return err
		}
		return r.Jobs.InsertTx(ctx, tx, makePaper{caseID, seq, place})
	})
	return again, err
}
