package ledger_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/ledger"
)

// altered is what somebody with the database in hand may alter: the table, what
// tells its rows apart, and the columns.
type altered struct{ table, key, columns string }

// involved are all tables that the log is made of, with all their columns. Of
// a case it is its key; the rest of its row is held against the case by
// casework.Door.Verify.
var involved = []altered{
	{"case_event", "case_id seq", "case_id seq act actor_kind at key stage_from stage_to sealed salt leaf"},
	{"cases", "id", "id wrapped"},
	{"ledger_leaf", "idx", "idx case_id seq record"},
	{"ledger_pending", "case_id seq", "case_id seq record"},
	{"ledger_tile", "level n", "level n hashes"},
	{"ledger_checkpoint", "n", "n size note made"},
	{"ledger_head", "one", "one size"},
	{"ledger_key", "one", "one origin verifier sealed"},
}

var errUndo = errors.New("undo")

// Whatever is altered in the database, wherever, is found, and what was
// altered is named first.
func TestTampering(t *testing.T) {
	for _, engine := range []struct {
		name  string
		open  func(testing.TB, ...db.Migrations) *db.DB
		times int
	}{{"sqlite", dbtest.SQLite, 1000}, {"postgres", dbtest.Postgres, 100}} {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			h := openHouse(t, engine.open(t, tables...))
			ids := h.fill(10, 8)
			h.integrate()
			for n := range 18 {
				for _, id := range ids {
					h.save(id, fmt.Sprint("more-", n))
				}
				if n%3 == 0 {
					h.integrate()
				}
			}
			h.integrate()
			for _, id := range ids[:2] {
				_, err := h.door.Forget(t.Context(), id, casework.Actor{Kind: casework.Staff, ID: "archivist"}, "forget-"+id, "期限已满")
				h.must(err)
			}
			h.integrate()
			h.save(ids[5], "waits")
			h.save(ids[6], "waits")
			if r := h.whole(); r.Leaves != 262 || r.Pending != 2 || r.Erased != 52 || r.Checkpoints != 9 {
				t.Fatalf("%+v", r)
			}
			r := rand.New(rand.NewPCG(2026, 1125))
			done, seen := 0, map[string]int{}
			for done < engine.times {
				a := involved[r.IntN(len(involved))]
				if done < 300 { // every column at least
					a = involved[done%len(involved)]
				}
				what, where, first, ok := h.tamper(r, a, done)
				if !ok {
					continue // the database itself refuses it, or it changes nothing
				}
				done++
				seen[what]++
				if first == nil {
					t.Fatalf("%s: %s was not found", a.table, what)
				}
				if exact[what] && first.Row != where {
					t.Errorf("%s: %s of row %s was laid to %s", a.table, what, where, first)
				}
				if first.Table != a.table && !causes[first.Table+" "+a.table] {
					t.Errorf("%s: %s was laid to %s", a.table, what, first)
				}
			}
			for _, a := range involved {
				for column := range strings.FieldsSeq(a.columns) {
					if engine.times >= 1000 && seen[a.table+"."+column+" changed"] == 0 {
						t.Errorf("%s.%s was never changed", a.table, column)
					}
				}
			}
			h.whole() // nothing was left behind
		})
	}
}

// causes are what cannot be told apart: a record that is moved, taken away or
// added looks from the other side as if its partner had been.
var causes = map[string]bool{
	"case_event cases": true, "case_event ledger_pending": true, "case_event ledger_leaf": true, "ledger_leaf ledger_checkpoint": true,
	"ledger_leaf case_event": true, "ledger_pending case_event": true, "ledger_pending ledger_leaf": true, "cases case_event": true,
}

// exact are alterations of which the very row is named.
var exact = func() map[string]bool {
	out := map[string]bool{}
	for column := range strings.FieldsSeq("case_event.act case_event.actor_kind case_event.at case_event.key case_event.stage_from case_event.stage_to case_event.sealed case_event.salt case_event.leaf " +
		"cases.wrapped ledger_leaf.record ledger_tile.hashes ledger_pending.record ledger_checkpoint.size ledger_checkpoint.note ledger_checkpoint.made ledger_head.size ledger_key.sealed") {
		out[column+" changed"] = true
	}
	return out
}()

// tamper alters something, verifies, and undoes it.
func (h *house) tamper(r *rand.Rand, a altered, n int) (what, where string, first *casework.Wrong, ok bool) {
	h.Helper()
	columns := strings.Fields(a.columns)
	err := h.db.Write(h.Context(), func(ctx context.Context, tx db.Tx) error {
		var err error
		if what, where, err = alter(ctx, tx, r, a, columns[n/len(involved)%len(columns)]); err != nil {
			return err
		}
		var report ledger.Report
		if report, err = h.log.Verify(ctx, tx, h.door.KeptCases); err != nil {
			h.Fatalf("%s: %s: %v", a.table, what, err)
		}
		if len(report.Problems) > 0 {
			first = &report.Problems[0]
		}
		return errUndo
	})
	return what, where, first, errors.Is(err, errUndo)
}

// row is one of a table, all columns.
func row(ctx context.Context, tx db.Tx, r *rand.Rand, a altered) (names []string, values []any, err error) {
	var n int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM `+a.table).Scan(&n); err != nil {
		return nil, nil, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT * FROM `+a.table+` ORDER BY `+strings.Join(strings.Fields(a.key), ", ")+fmt.Sprintf(` LIMIT 1 OFFSET %d`, r.IntN(n)))
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = rows.Close() }()
	names, _ = rows.Columns()
	values = make([]any, len(names))
	into := make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	rows.Next()
	return names, values, rows.Scan(into...)
}

func alter(ctx context.Context, tx db.Tx, r *rand.Rand, a altered, column string) (what, name string, err error) {
	names, values, err := row(ctx, tx, r, a)
	if err != nil {
		return "", "", err
	}
	where := func(at int) (text string, args []any) {
		for i, k := range strings.Fields(a.key) {
			text += fmt.Sprintf(" AND %s = $%d", k, at+i)
			args = append(args, values[slices.Index(names, k)])
		}
		return " WHERE " + text[len(" AND "):], args
	}
	exec := func(query string, args ...any) error {
		result, err := tx.ExecContext(ctx, query, args...)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n != 1 {
			return fmt.Errorf("%d rows, %w", n, err)
		}
		return nil
	}
	var keys []string
	for k := range strings.FieldsSeq(a.key) {
		keys = append(keys, fmt.Sprint(values[slices.Index(names, k)]))
	}
	i := slices.Index(names, column)
	switch r.IntN(8) {
	case 0:
		cond, args := where(1)
		return "a row deleted", "", exec(`DELETE FROM `+a.table+cond, args...)
	case 1:
		for _, k := range strings.Fields(a.key) {
			values[slices.Index(names, k)] = mutated(r, values[slices.Index(names, k)])
		}
		marks := make([]string, len(names))
		for i := range marks {
			marks[i] = fmt.Sprintf("$%d", i+1)
		}
		return "a row added", "", exec(`INSERT INTO `+a.table+` (`+strings.Join(names, ", ")+`) VALUES (`+strings.Join(marks, ", ")+`)`, values...)
	case 2:
		mine := values
		cond, args := where(2)
		_, other, err := row(ctx, tx, r, a)
		if err != nil || slices.Contains(strings.Fields(a.key), column) || same(mine[i], other[i]) {
			return "", "", errors.Join(errors.New("nothing to swap"), err)
		}
		if err := exec(`UPDATE `+a.table+` SET `+column+` = $1`+cond, append([]any{other[i]}, args...)...); err != nil {
			return "", "", err
		}
		values = other
		cond, args = where(2)
		return "." + column + " swapped", "", exec(`UPDATE `+a.table+` SET `+column+` = $1`+cond, append([]any{mine[i]}, args...)...)
	}
	cond, args := where(2)
	return a.table + "." + column + " changed", strings.Join(keys, "/"), exec(`UPDATE `+a.table+` SET `+column+` = $1`+cond, append([]any{mutated(r, values[i])}, args...)...)
}

func same(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

// mutated is another value of the same kind.
func mutated(r *rand.Rand, v any) any {
	switch v := v.(type) {
	case nil:
		return []byte{byte(r.IntN(256))}
	case int64:
		return v + []int64{1, -1, int64(1 + r.IntN(300)), -int64(1 + r.IntN(300)), 1 << 40}[r.IntN(5)]
	case string:
		if len(v) == 0 || r.IntN(3) == 0 {
			return v + "x"
		}
		b := []byte(v)
		i := r.IntN(len(b))
		for was := b[i]; b[i] == was; {
			b[i] = byte('a' + r.IntN(26))
		}
		if r.IntN(4) == 0 {
			return v[:len(v)-1]
		}
		return strings.ToValidUTF8(string(b), "?")
	case []byte:
		b := bytes.Clone(v)
		switch {
		case len(b) == 0 || r.IntN(5) == 0:
			return append(b, byte(r.IntN(256)))
		case r.IntN(4) == 0:
			return b[:r.IntN(len(b))]
		}
		b[r.IntN(len(b))] ^= byte(1 + r.IntN(255))
		return b
	}
	panic(fmt.Sprintf("%T", v))
}

// Entries cut off at the end are what is named first, not the tiles that still
// hold their hashes: half of a tile, a whole tile and more.
func TestEntriesCutOff(t *testing.T) {
	dbtest.Rehearsed(t, tables, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		ids := h.fill(4, 3)
		h.integrate()
		for n := range 62 {
			for _, id := range ids {
				h.save(id, fmt.Sprint("more-", n))
			}
		}
		h.integrate()
		r := h.whole()
		for _, from := range []int64{r.Leaves - 1, 256, 255, 12, 0} {
			err := h.db.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
				if _, err := tx.ExecContext(ctx, `DELETE FROM ledger_leaf WHERE idx >= $1`, from); err != nil {
					return err
				}
				report, err := h.log.Verify(ctx, tx, h.door.KeptCases)
				h.must(err)
				if len(report.Problems) == 0 || report.Problems[0].Table != "ledger_leaf" || report.Problems[0].Row != fmt.Sprint(from) {
					t.Errorf("without the entries from %d it says %v", from, report.Problems[:min(2, len(report.Problems))])
				}
				return errUndo
			})
			if !errors.Is(err, errUndo) {
				t.Error(err)
			}
		}
	})
}
