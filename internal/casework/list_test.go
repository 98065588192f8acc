package casework_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/item"
	"wangban/internal/workday"
)

var listUnits, listStages, listItems = []string{"chengguan", "hangbu", "taoxi"}, []string{"review", "in_review"}, []string{"food", "trader"}

// invent makes cases of every kind; names come from few words, so that they
// share parts.
func invent(n int) []casework.Row {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	cases := make([]casework.Row, n)
	for i := range cases {
		c := casework.Row{ID: fmt.Sprintf("341523-200904-%06d", i), Item: pick(listItems...), Stage: pick(listStages...), Unit: pick(listUnits...),
			Number: fmt.Sprintf("3415233120200904%06d0", i), Subject: fmt.Sprintf("9234%014d", r.IntN(n)),
			Title:   pick("舒城县", "Shucheng ") + pick("老街", "新街", "河畔") + pick("面馆", "饭店", "KFC") + fmt.Sprint(i%7),
			Ended:   pick("", "", "", "success"),
			Updated: startOfStory.Add(-time.Duration(r.Int64N(1e6)) * time.Second)}
		switch r.IntN(4) {
		case 0:
			c.Deadline.Paused = true
		case 1:
		default:
			due := startOfStory.Add(time.Duration(r.Int64N(1e5)-5e4) * time.Second)
			c.Deadline = casework.Deadline{Near: due.Add(-10_000 * time.Second), Due: due}
			if r.IntN(3) == 0 { // the stage ends first
				c.Deadline = casework.Deadline{Near: due.Add(-60_000 * time.Second), Due: due.Add(-50_000 * time.Second), Stage: true}
			}
		}
		if r.IntN(3) == 0 {
			c.Holder = pick("chenyan", "sunli")
		}
		cases[i] = c
	}
	return cases
}

// match is what a query means, read off case by case.
func match(q casework.Query, c casework.Row) bool {
	has := func(list []string, v string) bool {
		return len(list) == 0 || list[0] == "*" || slices.Contains(list, v)
	}
	is := func(want, v string) bool { return want == "" || want == v }
	if !has(q.Units, c.Unit) || !has(q.Holders, c.Holder) || !is(q.Stage, c.Stage) || !is(q.Item, c.Item) || q.Desk && c.Ended != "" ||
		q.Light != "" && q.Light != c.Deadline.Light(q.Now) {
		return false
	}
	return q.Text == "" || strings.HasPrefix(c.Number, q.Text) || strings.HasPrefix(c.Subject, q.Text) ||
		strings.Contains(strings.ToLower(c.Title), strings.ToLower(q.Text))
}

// urgent orders work lists: by the end of the limit, then what has none, then
// what is paused, the oldest first.
func urgent(a, b casework.Row) int {
	band := func(r casework.Row) (int, time.Time) {
		switch {
		case r.Deadline.Paused:
			return 2, r.Updated
		case r.Deadline.Due.IsZero():
			return 1, r.Updated
		}
		return 0, r.Deadline.Due
	}
	m, at := band(a)
	n, by := band(b)
	return cmp.Or(cmp.Compare(m, n), at.Compare(by))
}

// queries are all combinations that the workbench can ask for.
func queries() (all []casework.Query) {
	now := startOfStory
	for _, units := range [][]string{{"*"}, {"hangbu"}, {"chengguan", "taoxi"}} {
		for _, stage := range []string{"", "review"} {
			for _, it := range []string{"", "food"} {
				for _, light := range []workday.Light{"", workday.Green, workday.Amber, workday.Red, workday.PausedLight} {
					for _, holders := range [][]string{nil, {"sunli"}, {"sunli", "chenyan"}} {
						all = append(all, casework.Query{Units: units, Desk: true, Stage: stage, Item: it, Light: light, Now: now, Holders: holders})
					}
				}
				all = append(all, casework.Query{Units: units, HandedIn: true, Stage: stage, Item: it})
				for _, text := range []string{"34152331202009040000", "92340000000000", "老街", "街面馆3", "shucheng 河畔", "kfc", "没有"} {
					all = append(all, casework.Query{Units: units, Desk: true, Stage: stage, Item: it, Text: text},
						casework.Query{Units: units, HandedIn: true, Stage: stage, Item: it, Text: text, Now: now})
				}
			}
		}
	}
	return all
}

// Every list shows exactly what it asks for, each case once, in its order,
// page by page; and counting tells as many.
func TestListsShowWhatTheyAskFor(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		door, cases := openDoor(t, d), invent(3000)
		must(t, door.Fill(ctx, cases, 40))
		for _, q := range queries() {
			want := map[string]casework.Row{}
			for _, c := range cases {
				if match(q, c) {
					want[c.ID] = c
				}
			}
			q.Limit = 150
			seen, pages := []string{}, 0
			for after := ""; ; pages++ {
				q.After = after
				page, next, err := door.List(ctx, q)
				if err != nil {
					t.Fatalf("%+v: %v", q, err)
				}
				for _, row := range page {
					seen = append(seen, row.ID)
				}
				if after = next; after == "" {
					break
				}
			}
			if len(seen) != len(want) || pages > len(want)/150+2 {
				t.Fatalf("%+v: %d cases on %d pages, want %d", q, len(seen), pages+1, len(want))
			}
			var last casework.Row
			for i, id := range seen {
				c, ok := want[id]
				if !ok || i > 0 && q.Desk && q.Text == "" && q.Light != workday.Green && urgent(last, c) > 0 {
					t.Fatalf("%+v: case %d is out of place", q, i)
				}
				last = c
				delete(want, id)
			}
			if q.Text == "" {
				n, err := door.Counts(ctx, 100, q)
				if err != nil || n[0] != min(100, len(seen)) {
					t.Fatalf("%+v: counted %v of %d: %v", q, n, len(seen), err)
				}
			}
		}
		if page, _, err := door.List(ctx, casework.Query{Desk: true, Text: "\x90\x00", Item: "\xff"}); err != nil || len(page) > 0 {
			t.Errorf("what is no text found %d: %v", len(page), err)
		}
		if _, _, err := door.List(ctx, casework.Query{Desk: true, After: "desk.1.\xff"}); err != casework.ErrPage {
			t.Errorf("a broken mark: %v", err)
		}
		if _, _, err := door.List(ctx, casework.Query{Desk: true, After: "recent.1.x"}); err != casework.ErrPage {
			t.Errorf("a mark of another list: %v", err)
		}
	})
}

// No list reads the whole table, nor sorts more than it shows.
//
func TestListsReadByIndex(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, d *db.DB) {
		door := openDoor(t, d)
		must(t, door.Fill(t.Context(), invent(20_000), 1000))
		must(t, door.Analyze(t.Context()))
		conn, err := d.Read().Conn(t.Context())
		must(t, err)
		defer func() { _ = conn.Close() }()
		if d.Dialect() == db.Postgres { // as for a disk without moving parts; a table as small as this one is else quickly read whole
			_, err := conn.ExecContext(t.Context(), `SET random_page_cost = 1.1`)
			must(t, err)
		}
		explain := "EXPLAIN "
		if d.Dialect() == db.SQLite {
			explain = "EXPLAIN QUERY PLAN "
		}
		shown := map[string]bool{}
		for _, q := range queries() {
			q.Limit = 25
			list, err := door.ListSQL(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			if q.Desk && q.Text == "" {
				list = append(list, door.CountSQL(q))
			}
			for _, s := range list {
				plan := planOf(t, conn, explain+s.Text, s.Args)
				// From its beginning, and no further than the page, an index may be read in its own order.
				read := strings.NewReplacer("SCAN cases USING COVERING INDEX cases_desk\n", "", "SCAN cases USING INDEX cases_recent\n", "").Replace(plan)
				if wholeTable.MatchString(read) {
					t.Errorf("%+v reads everything:\n%s\n%s", q, s.Text, plan)
				}
				if !shown[s.Text] && testing.Verbose() {
					shown[s.Text] = true
					t.Logf("%s\n%s", s.Text, plan)
				}
			}
		}
	})
}

// wholeTable is what plans say of reading a table from end to end, or of
// indexing it for one query.
var wholeTable = regexp.MustCompile(`Seq Scan on cases?|SCAN (cases|case_gram|c)\b|AUTOMATIC`)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func planOf(t *testing.T, q casework.Queryer, text string, args []any) string {
	t.Helper()
	rows, err := q.QueryContext(t.Context(), text, args...)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var plan strings.Builder
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&plan, values[len(values)-1])
	}
	return plan.String()
}

// What was written before lists had their columns is filled in at the start.
func TestListsOfOldCases(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		door := openDoor(t, d)
		id := door.begin(t, registration(t), trace{}, "one")
		door.do(t, id, "submit", casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}, casework.Data{})
		find := func() (found int) {
			for _, q := range []casework.Query{{Desk: true}, {Text: "舒城"}} {
				page, _, err := door.List(ctx, q)
				if err != nil {
					t.Fatal(err)
				}
				found += len(page)
			}
			return found
		}
		if find() != 2 {
			t.Fatal("the case is not in its lists")
		}
		if err := d.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			if _, err := tx.ExecContext(ctx, `DELETE FROM case_gram`); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, `UPDATE cases SET listed = 0, desk = 0, near = 0, queued = 1`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if find() != 0 {
			t.Fatal("nothing was taken away")
		}
		if err := door.Relist(ctx); err != nil {
			t.Fatal(err)
		}
		if whole, err := door.Verify(ctx, nil); err != nil || find() != 2 || len(whole.Problems) > 0 {
			t.Errorf("found %d, %v, %v", find(), whole.Problems, err)
		}
		if _, err := door.Forget(ctx, id, reviewer, "forget", "test"); err != nil || find() != 0 {
			t.Errorf("a forgotten case is found: %v", err)
		}
	})
}

// A case that moves to another unit is found among that unit's cases by its
// name, and no longer among those of the first; and a note of the wrong unit is
// mended by listing it anew.
func TestNamesMoveWithTheirUnit(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, store *db.DB) {
		d := openDoor(t, store)
		id := d.examined(t, "moving")
		s, it, err := d.Get(t.Context(), id)
		must(t, err)
		name, _ := s.Values[it.Flow.Title].(string)
		found := func(after string, want ...string) {
			t.Helper()
			for _, unit := range []string{s.Unit, "hangbu"} {
				page, _, err := d.List(t.Context(), casework.Query{Units: []string{unit}, HandedIn: true, Text: name})
				must(t, err)
				if slices.Contains(want, unit) != (len(page) == 1) {
					t.Errorf("after %s %s finds %d cases called %s", after, unit, len(page), name)
				}
			}
		}
		found("submit", s.Unit)
		d.do(t, id, "transfer", people["lea"], casework.Data{Unit: "hangbu", Text: "在那里"})
		found("transfer", "hangbu")
		must(t, store.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
			if _, err := tx.ExecContext(ctx, `UPDATE case_gram SET unit = 'food'`); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, `UPDATE cases SET listed = 0`)
			return err
		}))
		found("damage")
		must(t, d.Relist(t.Context()))
		found("relist", "hangbu")
	})
}

// A case in a list is spoken of in the words of the version that it is pinned
// to, and of no other; where that one is gone, of the current one.
func TestListsKnowTheVersion(t *testing.T) {
	dbtest.Both(t, []db.Migrations{casework.Migrations}, func(t *testing.T, d *db.DB) {
		ctx, door, it := t.Context(), openDoor(t, d), registration(t)
		id := door.begin(t, it, trace{}, "one")
		door.do(t, id, "submit", casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}, casework.Data{})
		row := func() casework.Row {
			page, _, err := door.List(ctx, casework.Query{Desk: true})
			if err != nil || len(page) != 1 {
				t.Fatalf("%d cases, %v", len(page), err)
			}
			return page[0]
		}
		if r := row(); r.Hash != it.Hash {
			t.Errorf("the version is %q, want %q", r.Hash, it.Hash)
		}
		later := another(t, it, "later", func(v *item.Item) { v.Guide.Title = "改了名的事项" })
		if r, err := door.Repin(ctx, id, later, "改名", false); err != nil || !r.Moved {
			t.Fatal(r, err)
		}
		if now, ok := door.ItemOf(ctx, row()); !ok || now.Guide.Title != "改了名的事项" {
			t.Errorf("after the move: %v", ok)
		}
		lost := row()
		lost.Hash = "lost"
		if now, ok := door.ItemOf(ctx, lost); !ok || now.Guide.Title != it.Guide.Title {
			t.Errorf("of a version that is gone: %v", ok)
		}
	})
}
