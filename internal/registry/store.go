package registry

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
)

const contentColumns = "uscc, name, name_key, rep, rep_id, kind, status, region, town, address, scope, authority, established"

// content is what contentColumns hold.
func (r record) content() []string {
	return []string{r.USCC, r.Name, r.nameKey, r.Rep, r.repIndex, r.Kind, string(r.Status), r.Region, r.Town, r.Address, r.Scope, r.Authority, r.Established}
}

// digests are of the entities of a batch that are in the base.
func digests(ctx context.Context, tx db.Tx, batch []record) (map[string]string, error) {
	args := make([]any, len(batch))
	for i, rec := range batch {
		args[i] = rec.USCC
	}
	rows, err := tx.QueryContext(ctx, `SELECT uscc, digest FROM registry_entity WHERE uscc IN (`+places(1, len(args))+`)`, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	known := make(map[string]string, len(batch))
	for rows.Next() {
		var uscc, digest string
		if err := rows.Scan(&uscc, &digest); err != nil {
			return nil, err
		}
		known[uscc] = digest
	}
	return known, rows.Err()
}

// places are n placeholders from $first on.
func places(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "$%d", first+i)
	}
	return b.String()
}

// upsertRows is how many rows share a statement: many spare PostgreSQL round
// trips, but SQLite looks placeholders up one after the other.
const upsertRows = 10

func upsert(ctx context.Context, tx db.Tx, news []record, source string, at time.Time) error {
	for some := range slices.Chunk(news, upsertRows) {
		if err := upsertSome(ctx, tx, some, source, at); err != nil {
			return err
		}
	}
	return nil
}

func upsertSome(ctx context.Context, tx db.Tx, news []record, source string, at time.Time) error {
	var values []string
	var args []any
	for _, rec := range news {
		first := len(args) + 1
		for _, s := range rec.content() {
			args = append(args, s)
		}
		args = append(args, rec.core, rec.digest, source, db.Micros(at))
		values = append(values, "("+places(first, len(args)-first+1)+")")
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO registry_entity (`+contentColumns+`, core, digest, source, imported) VALUES `+strings.Join(values, ",")+`
		ON CONFLICT (uscc) DO UPDATE SET name = excluded.name, name_key = excluded.name_key, rep = excluded.rep, rep_id = excluded.rep_id,
			kind = excluded.kind, status = excluded.status, region = excluded.region, town = excluded.town, address = excluded.address,
			scope = excluded.scope, authority = excluded.authority, established = excluded.established,
			core = excluded.core, digest = excluded.digest, source = excluded.source, imported = excluded.imported`, args...)
	return err
}

func insertImport(ctx context.Context, tx db.Tx, rep Report) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO registry_import (at, source, total, added, changed, unchanged, wrong) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		db.Micros(rep.At), rep.Source, rep.Total, rep.Added, rep.Changed, rep.Unchanged, rep.Wrong)
	return err
}

// Imports lists what was imported, the latest first, without problems.
func (r *Room) Imports(ctx context.Context) ([]Report, error) {
	rows, err := r.db.Read().QueryContext(ctx, `SELECT at, source, total, added, changed, unchanged, wrong FROM registry_import ORDER BY at DESC LIMIT 100`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var all []Report
	for rows.Next() {
		var rep Report
		var at int64
		if err := rows.Scan(&at, &rep.Source, &rep.Total, &rep.Added, &rep.Changed, &rep.Unchanged, &rep.Wrong); err != nil {
			return nil, err
		}
		rep.At = db.Time(at)
		all = append(all, rep)
	}
	return all, rows.Err()
}

// Find looks an entity up by its code, however it is typed; false when the
// base does not have it.
func (r *Room) Find(ctx context.Context, uscc string) (Entity, bool, error) {
	rec, ok, err := find(ctx, r.db.Read(), uscc)
	return rec.Entity, ok, err
}

// FindByName looks entities up by their full name; width, brackets and spaces
// do not count.
func (r *Room) FindByName(ctx context.Context, name string) ([]Entity, error) {
	found, err := query(ctx, r.db.Read(), `name_key = $1 ORDER BY uscc LIMIT 50`, cn.NameKey(name))
	all := make([]Entity, len(found))
	for i, rec := range found {
		all[i] = rec.Entity
	}
	return all, err
}

func find(ctx context.Context, q casework.Queryer, uscc string) (record, bool, error) {
	found, err := query(ctx, q, `uscc = $1`, cn.Code(uscc))
	if err != nil || len(found) == 0 {
		return record{}, false, err
	}
	return found[0], true, nil
}

// namesakes are the entities of a region whose names are the same or share
// their core, that still have their names; those with the same name first.
func namesakes(ctx context.Context, q casework.Queryer, core, key, region string) ([]record, error) {
	return query(ctx, q, `(core = $1 OR name_key = $2) AND ($3 = '' OR region = $3) AND status NOT IN ($4, $5, $6)
		ORDER BY CASE WHEN name_key = $2 THEN 0 ELSE 1 END, uscc LIMIT 20`,
		core, key, region, string(Deregistered), string(Annulled), string(Moved))
}

// unkeyed are names of entities whose core is not known yet, by code.
func unkeyed(ctx context.Context, tx db.Tx, most int) (names map[string]string, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT uscc, name FROM registry_entity WHERE core IS NULL LIMIT $1`, most)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	names = map[string]string{}
	for rows.Next() {
		var uscc, name string
		if err := rows.Scan(&uscc, &name); err != nil {
			return nil, err
		}
		names[uscc] = name
	}
	return names, rows.Err()
}

func setCore(ctx context.Context, tx db.Tx, uscc, core string) error {
	_, err := tx.ExecContext(ctx, `UPDATE registry_entity SET core = $2 WHERE uscc = $1`, uscc, core)
	return err
}

func query(ctx context.Context, q casework.Queryer, where string, args ...any) (all []record, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+contentColumns+`, source, imported FROM registry_entity WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		rec, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, rec)
	}
	return all, rows.Err()
}

func scan(rows *sql.Rows) (record, error) {
	var r record
	var imported int64
	err := rows.Scan(&r.USCC, &r.Name, &r.nameKey, &r.Rep, &r.repIndex, &r.Kind, &r.Status, &r.Region, &r.Town, &r.Address, &r.Scope, &r.Authority, &r.Established,
		&r.Source, &imported)
	r.Imported = db.Time(imported)
	return r, err
}
