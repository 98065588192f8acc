package rating

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/db"
)

//go:embed migrations
var migrations embed.FS

// Migrations are the room's tables.
var Migrations = func() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err)
	}
	return db.Migrations{Room: "rating", Files: files}
}()

const columns = `id, case_id, moment, item, unit, level, reasons, officers, at, corrected, state, check_due, due, near, disputed, ended, sealed`

func (r *Room) find(ctx context.Context, q casework.Queryer, where string, args ...any) (Rating, bool, error) {
	all, err := r.read(ctx, q, ` WHERE `+where, args...)
	if err != nil || len(all) == 0 {
		return Rating{}, false, err
	}
	return all[0], true, nil
}

func (r *Room) read(ctx context.Context, q casework.Queryer, rest string, args ...any) (all []Rating, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+columns+` FROM rating`+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("read ratings: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		n, err := r.scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, rows.Err()
}

func (r *Room) scan(rows *sql.Rows) (n Rating, err error) {
	var reasons, officers string
	var at, corrected, checkDue, due, near, ended int64
	var sealed []byte
	if err = rows.Scan(&n.ID, &n.Case, &n.Moment, &n.Item, &n.Unit, &n.Level, &reasons, &officers, &at, &corrected,
		&n.State, &checkDue, &due, &near, &n.DisputedBy, &ended, &sealed); err != nil {
		return n, err
	}
	n.Reasons, n.Officers = strings.Fields(reasons), strings.Fields(officers)
	n.At, n.Corrected, n.CheckDue = db.Time(at), db.Time(corrected), db.Time(checkDue)
	n.Due, n.Near, n.Ended = db.Time(due), db.Time(near), db.Time(ended)
	plain, err := r.Vault.Open(sealed, "rating/"+n.ID)
	if err != nil {
		return n, fmt.Errorf("rating %s: %w", n.ID, err)
	}
	return n, json.Unmarshal(plain, &n.Said)
}

// errRaced: somebody else has written in between.
var errRaced = errors.New("the rating was changed by somebody else")

// insert keeps a new rating.
func (r *Room) insert(ctx context.Context, tx db.Tx, n Rating) error {
	sealed, err := r.seal(n)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO rating (`+columns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		n.ID, n.Case, n.Moment, n.Item, n.Unit, n.Level, strings.Join(n.Reasons, " "), strings.Join(n.Officers, " "), db.Micros(n.At),
		db.Micros(n.Corrected), string(n.State), db.Micros(n.CheckDue), db.Micros(n.Due), db.Micros(n.Near), n.DisputedBy, db.Micros(n.Ended), sealed)
	if db.Unique(err) {
		return errRaced
	}
	return err
}

// update keeps a rating that was read as old.
func (r *Room) update(ctx context.Context, tx db.Tx, n, old Rating) error {
	sealed, err := r.seal(n)
	if err != nil {
		return err
	}
	done, err := tx.ExecContext(ctx, `UPDATE rating SET level = $1, reasons = $2, officers = $3, corrected = $4, state = $5, check_due = $6,
		due = $7, near = $8, disputed = $9, ended = $10, sealed = $11 WHERE id = $12 AND state = $13 AND corrected = $14`,
		n.Level, strings.Join(n.Reasons, " "), strings.Join(n.Officers, " "), db.Micros(n.Corrected), string(n.State), db.Micros(n.CheckDue),
		db.Micros(n.Due), db.Micros(n.Near), n.DisputedBy, db.Micros(n.Ended), sealed, n.ID, string(old.State), db.Micros(old.Corrected))
	if err != nil {
		return err
	}
	if rows, err := done.RowsAffected(); err != nil || rows != 1 {
		return errors.Join(errRaced, err)
	}
	return nil
}

// attempts bound how often somebody who was overtaken tries again.
const attempts = 20

func (r *Room) write(ctx context.Context, do func(ctx context.Context, tx db.Tx) error) (err error) {
	for range attempts {
		if err = r.DB.Write(ctx, do); !errors.Is(err, errRaced) {
			break
		}
	}
	return err
}

// Of are the ratings of a case, by moment.
func (r *Room) Of(ctx context.Context, caseID string) (map[string]Rating, error) {
	all, err := r.read(ctx, r.DB.Read(), ` WHERE case_id = $1`, caseID)
	of := map[string]Rating{}
	for _, n := range all {
		of[n.Moment] = n
	}
	return of, err
}

// Get reads a rating for a handler; *Refusal when it is not theirs to see.
func (r *Room) Get(ctx context.Context, h Handler, id string) (Rating, error) {
	n, ok, err := r.find(ctx, r.DB.Read(), `id = $1`, id)
	if err == nil && (!ok || !h.may(n)) {
		return Rating{}, notYours()
	}
	return n, err
}

// mostListed bounds a list of bad ratings.
const mostListed = 200

// Bad are the bad ratings that a handler follows up: those that are not over,
// the most urgent first, or those that are, the newest first.
func (r *Room) Bad(ctx context.Context, h Handler, over bool) ([]Rating, error) {
	where, args := ` WHERE state IN ('open', 'confirmed', 'disputed')`, []any{}
	order := ` ORDER BY due, id`
	if over {
		where, order = ` WHERE state IN ('done', 'excluded')`, ` ORDER BY ended DESC, id LIMIT 1000`
	}
	if !slices.Contains(h.Units, "*") {
		in := []string{"''"} // of nobody's units there is nothing
		for _, unit := range h.Units {
			args = append(args, unit)
			in = append(in, "$"+strconv.Itoa(len(args)))
		}
		where += ` AND unit IN (` + strings.Join(in, ", ") + `)`
	}
	all, err := r.read(ctx, r.DB.Read(), where+order, args...)
	var mine []Rating
	for _, n := range all {
		if h.may(n) && len(mine) < mostListed {
			mine = append(mine, n)
		}
	}
	return mine, err
}

func (r *Room) counts(ctx context.Context) (all []count, err error) {
	rows, err := r.DB.Read().QueryContext(ctx, `SELECT item, unit, level, state, count(*) FROM rating WHERE state <> 'excluded' GROUP BY item, unit, level, state`)
	if err != nil {
		return nil, fmt.Errorf("count ratings: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var c count
		if err := rows.Scan(&c.item, &c.unit, &c.level, &c.state, &c.n); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, rows.Err()
}
