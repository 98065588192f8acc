package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"wangban/internal/db"
)

// search finds cases by what somebody typed: the beginning of a number or of a
// code, and otherwise a part of the name. What has been found by one of them on
// the first page goes on by it.
func (d *Door) search(ctx context.Context, q Query, after string) (route, error) {
	text := strings.TrimSpace(q.Text)
	name, _, _ := strings.Cut(after, ".")
	for _, by := range []string{"number", "subject"} {
		prefix := strings.ToUpper(text) // numbers and codes are kept in capitals
		if name != "" && name != "text:"+by || !isCode(prefix) {
			continue
		}
		b := &builder{q: q, w: &where{}, r: route{name: "text:" + by, newest: true}}
		b.q.HandedIn = true
		b.over(by, Query{}, func(w *where) {
			// A range of the index in every collation, as no code has a Z in small.
			w.add(by+" >= ? AND "+by+" < ? AND "+by+" <> '' AND number <> ''", prefix, prefix+"zz")
		})
		if name != "" {
			return b.route(after)
		}
		found := 0
		first := `SELECT count(*) FROM (` + b.r.keys(1) + `) AS f`
		if err := d.db.Read().QueryRowContext(ctx, first, b.w.args...).Scan(&found); err != nil {
			return route{}, fmt.Errorf("look for a case by its %s: %w", by, err)
		}
		if found > 0 {
			return b.route("")
		}
	}
	return d.byName(ctx, q, text, after)
}

// isCode tells that a text can be part of a number or a code.
func isCode(s string) bool {
	return s != "" && strings.Trim(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-") == ""
}

// byName walks through the cases whose names have the rarest run of characters
// of what was typed, the newest case first, and looks at each name. Runs of
// three are far rarer than pairs; a text of two has only its pair.
func (d *Door) byName(ctx context.Context, q Query, text, after string) (route, error) {
	b := &builder{q: q, w: &where{}, name: strings.ToLower(text), r: route{name: "text:name", newest: true}}
	grams := runs(text, 3)
	if len(grams) == 0 {
		grams = runs(text, 2)
	}
	if len(grams) == 0 {
		b.r.empty = true
		return b.r, nil
	}
	rarest, err := d.rarest(ctx, grams)
	if err != nil {
		return route{}, err
	}
	b.grams = slices.DeleteFunc(grams, func(p int64) bool { return p == rarest })
	b.w.add("gram = ?", rarest)
	b.r.ranges = []keys{{"case_gram", "case_id", "case_id", b.w.sql()}}
	if !everyUnit(q.Units) {
		b.r.also = ", unit" // so that a case of another unit need not be read
	}
	return b.route(after)
}

// rarest is the run that the fewest names have, as far as a short count tells.
func (d *Door) rarest(ctx context.Context, grams []int64) (int64, error) {
	if len(grams) == 1 {
		return grams[0], nil
	}
	const most = 200
	w := &where{}
	counts, into := make([]int, len(grams)), make([]any, len(grams))
	parts := make([]string, len(grams))
	for i, p := range grams {
		w.add("gram = ?", p)
		parts[i] = fmt.Sprintf(`(SELECT count(*) FROM (SELECT 1 FROM case_gram%s LIMIT %d) AS n)`, w.sql(), most)
		into[i] = &counts[i]
	}
	if err := d.db.Read().QueryRowContext(ctx, "SELECT "+strings.Join(parts, ", "), w.args...).Scan(into...); err != nil {
		return 0, fmt.Errorf("look for a case by its name: %w", err)
	}
	least := 0
	for i := range counts {
		if counts[i] < counts[least] {
			least = i
		}
	}
	return grams[least], nil
}

func likePrefix(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s) + "%"
}

// grams are what a name is found by: its runs of two and of three characters.
func grams(name string) []int64 { return append(runs(name, 2), runs(name, 3)...) }

// runs are the runs of so many neighbouring characters of a text, each once, as
// one number: a character has 21 bits, so that three fit, and no run of two is
// ever one of three.
func runs(text string, n int) []int64 {
	var out []int64
	seen := map[int64]bool{}
	runes := []rune(strings.ToLower(text))
	for i := n; i <= len(runes); i++ {
		g := int64(0)
		for _, c := range runes[i-n : i] {
			g = g<<21 | int64(c)
		}
		if !seen[g] {
			seen[g] = true
			out = append(out, g)
		}
	}
	return out
}

// called is what a case is found by: its name, empty until it is handed in, and
// the unit among whose cases it is looked for.
type called struct{ name, unit string }

// keepGrams keeps by what a name is found.
func keepGrams(ctx context.Context, tx db.Tx, id string, before, after called) error {
	had, has := grams(before.name), grams(after.name)
	gone, fresh := without(had, has), without(has, had)
	if before.unit != after.unit {
		gone, fresh = without(had, nil), without(has, nil)
	}
	if len(gone) > 0 {
		w := &where{}
		w.add("case_id = ?", id)
		w.add("gram IN (?"+strings.Repeat(", ?", len(gone)-1)+")", gone...)
		if _, err := tx.ExecContext(ctx, `DELETE FROM case_gram`+w.sql(), w.args...); err != nil {
			return err
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	args := []any{id, after.unit}
	rows := make([]string, len(fresh))
	for i, g := range fresh {
		args = append(args, g)
		rows[i] = fmt.Sprintf("($%d, $1, $2)", len(args))
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO case_gram (gram, case_id, unit) VALUES `+strings.Join(rows, ", ")+` ON CONFLICT DO NOTHING`, args...)
	return err
}

func without(all, but []int64) (left []any) {
	not := map[int64]bool{}
	for _, g := range but {
		not[g] = true
	}
	for _, g := range all {
		if !not[g] {
			left = append(left, g)
		}
	}
	return left
}
