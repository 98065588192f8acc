package casework_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
)

// One's own cases are those of one's account and browser, and those that a code
// has opened, each once, the one that changed last first, page by page; filters
// leave out what they say.
func TestMine(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		door, cases := openDoor(t, d), invent(900)
		must(t, door.Fill(ctx, cases, 40))
		owner := func(c casework.Row) string { return "owner" + c.ID[len(c.ID)-1:] }
		must(t, d.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE cases SET owner = 'owner' || substr(id, length(id), 1), desk = CASE WHEN stage = 'review' THEN 0 ELSE desk END`)
			return err
		}))
		mine := casework.Mine{Owners: []string{"owner1", "owner2", "owner1"}, Cases: []string{cases[1].ID, cases[5].ID, cases[15].ID, "unheard-of"}}
		own := func(c casework.Row) bool {
			return owner(c) == "owner1" || owner(c) == "owner2" || c.ID == cases[5].ID || c.ID == cases[15].ID
		}
		for name, c := range map[string]struct {
			q    casework.Query
			also func(casework.Row) bool
		}{
			"all":       {casework.Query{}, func(casework.Row) bool { return true }},
			"open":      {casework.Query{Live: true}, func(c casework.Row) bool { return c.Ended == "" }},
			"ended":     {casework.Query{Ended: true}, func(c casework.Row) bool { return c.Ended != "" }},
			"turn":      {casework.Query{Turn: true}, func(c casework.Row) bool { return c.Ended == "" && c.Stage == "review" }},
			"item":      {casework.Query{Item: "food"}, func(c casework.Row) bool { return c.Item == "food" }},
			"a name":    {casework.Query{Text: " kfc"}, func(c casework.Row) bool { return strings.Contains(c.Title, "KFC") }},
			"a number":  {casework.Query{Text: "34152331202009040000"}, func(c casework.Row) bool { return strings.HasPrefix(c.Number, "34152331202009040000") }},
			"nothing":   {casework.Query{Text: "%"}, func(casework.Row) bool { return false }},
			"no number": {casework.Query{Text: "_"}, func(casework.Row) bool { return false }},
			"several": {casework.Query{Text: "老街", Item: "food", Live: true}, func(c casework.Row) bool {
				return strings.Contains(c.Title, "老街") && c.Item == "food" && c.Ended == ""
			}},
		} {
			var want []casework.Row
			for _, row := range cases {
				if own(row) && c.also(row) {
					want = append(want, row)
				}
			}
			slices.SortFunc(want, func(a, b casework.Row) int {
				if n := b.Updated.Compare(a.Updated); n != 0 {
					return n
				}
				return strings.Compare(b.ID, a.ID)
			})
			c.q.Mine, c.q.Limit = &mine, 20
			var seen []string
			for pages := 0; ; pages++ {
				page, next, err := door.List(ctx, c.q)
				must(t, err)
				for _, row := range page {
					seen = append(seen, row.ID)
				}
				if next == "" || pages > 100 {
					break
				}
				c.q.After = next
			}
			var ids []string
			for _, row := range want {
				ids = append(ids, row.ID)
			}
			if !slices.Equal(seen, ids) || len(ids) == 0 && name != "nothing" && name != "no number" {
				t.Errorf("%s: %d, not %d: %v", name, len(seen), len(ids), seen[:min(3, len(seen))])
			}
		}
		if items, err := door.ItemsOf(ctx, mine); err != nil || fmt.Sprint(items) != "[food trader]" {
			t.Errorf("items %v, %v", items, err)
		}
		for _, nobody := range []casework.Mine{{}, {Owners: []string{"nobody"}}} {
			page, next, err := door.List(ctx, casework.Query{Mine: &nobody})
			items, err2 := door.ItemsOf(ctx, nobody)
			if len(page)+len(items) > 0 || next != "" || err != nil || err2 != nil {
				t.Errorf("%+v has %d, %v %v", nobody, len(page), err, err2)
			}
		}
		if _, _, err := door.List(ctx, casework.Query{Mine: &mine, After: "whose.1.2"}); err != casework.ErrPage {
			t.Errorf("a mark of another list gives %v", err)
		}
	})
}
