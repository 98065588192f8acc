package licence

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/form"
)

// next takes the next number of a series. Others who want one of the same
// series wait until this transaction ends.
func next(ctx context.Context, tx db.Tx, series string) (n int64, err error) {
	err = tx.QueryRowContext(ctx, `INSERT INTO licence_series (series, last) VALUES ($1, 1)
		ON CONFLICT (series) DO UPDATE SET last = licence_series.last + 1 RETURNING last`, series).Scan(&n)
	return n, err
}

func insert(ctx context.Context, tx db.Tx, l Licence, t taken) error {
	facts, err := json.Marshal(l.Facts)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO licence (number, kind, series, sequence, version, title, item, unit, name_key, uscc, town, facts, identity, listed,
			status, reason, replaces, replaced, issued, valid_from, until, ended, ended_case, imported)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', $16, '', $17, $18, $19, $20, '', $21)`,
		l.Number, l.Kind, t.series, t.sequence, l.Version, l.Title, l.Item, l.Unit, cn.NameKey(l.Unit), l.USCC, l.Town, string(facts), l.identity, number(l.Listed),
		string(l.Status), l.Replaces, db.Micros(l.Issued), db.Micros(l.From), micros(l.Until), micros(l.Ended), micros(l.Imported))
	if err != nil {
		return err
	}
	return insertVersion(ctx, tx, l.Number, l.Versions[0])
}

func insertVersion(ctx context.Context, tx db.Tx, of string, v Version) error {
	facts, err := json.Marshal(v.Facts)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO licence_version (number, version, act, case_id, item, document, content_id, title, unit, uscc, facts, reason, made, valid_from, until, code, file, record, imported)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, '', $17, $18)`,
		of, v.Number, string(v.Act), v.Case, v.Item, v.Document, v.Content, v.Title, v.Unit, v.USCC, string(facts), v.Reason, db.Micros(v.Made), db.Micros(v.From), micros(v.Until), v.Code, v.Record, number(v.imported))
	return err
}

// update makes a version the newest of a licence that is held.
func update(ctx context.Context, tx db.Tx, l Licence, v Version, town string, status Status) error {
	facts, err := json.Marshal(v.Facts)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE licence SET version = $2, title = $3, item = $4, unit = $5, name_key = $6, town = CASE WHEN $7 = '' THEN town ELSE $7 END,
			facts = $8, valid_from = $9, until = $10, uscc = $11, status = $12 WHERE number = $1`,
		l.Number, v.Number, v.Title, v.Item, v.Unit, cn.NameKey(v.Unit), town, string(facts), db.Micros(v.From), micros(v.Until), v.USCC, string(status))
	if err != nil {
		return err
	}
	return insertVersion(ctx, tx, l.Number, v)
}

// end ends a licence that is held.
func end(ctx context.Context, tx db.Tx, number string, status Status, reason string, at time.Time, caseID, by string) error {
	_, err := tx.ExecContext(ctx, `UPDATE licence SET status = $2, reason = $3, ended = $4, ended_case = $5, replaced = $6 WHERE number = $1`,
		number, string(status), reason, db.Micros(at), caseID, by)
	return err
}

// hold reads a licence and keeps others from changing it until the transaction
// ends.
func hold(ctx context.Context, tx db.Tx, number string) (Licence, bool, error) {
	locked, err := tx.ExecContext(ctx, `UPDATE licence SET version = version WHERE number = $1`, number)
	if err != nil {
		return Licence{}, false, err
	}
	if n, err := locked.RowsAffected(); err != nil || n == 0 {
		return Licence{}, false, err
	}
	found, err := query(ctx, tx, time.Time{}, `l.number = $1`, number)
	if err != nil || len(found) == 0 {
		return Licence{}, false, err
	}
	return found[0], true, nil
}

// micros is an instant, or 0 for none.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return db.Micros(t)
}

func instant(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return db.Time(n)
}

func number(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// Find reads a licence by its number, however it is typed, with all its
// versions; false when there is none.
func (r *Room) Find(ctx context.Context, number string) (Licence, bool, error) {
	return r.find(ctx, r.DB.Read(), `l.number = $1`, cn.Code(number))
}

// FindCode reads the licence of one of whose versions a code is.
func (r *Room) FindCode(ctx context.Context, code string) (Licence, bool, error) {
	return r.find(ctx, r.DB.Read(), `l.number = (SELECT number FROM licence_version WHERE code = $1)`, code)
}

func (r *Room) find(ctx context.Context, q casework.Queryer, where string, args ...any) (Licence, bool, error) {
	found, err := query(ctx, q, r.Now(), where, args...)
	if err != nil || len(found) == 0 {
		return Licence{}, false, err
	}
	l := found[0]
	l.Versions, err = versions(ctx, q, l.Number)
	if err == nil && !l.Imported.IsZero() {
		l.Import, err = importOf(ctx, q, l.Number)
	}
	l.tellHistory()
	return l, err == nil, err
}

// OfOrganisation lists a unit's licences, the latest first.
func (r *Room) OfOrganisation(ctx context.Context, uscc string) ([]Licence, error) {
	if cn.Code(uscc) == "" {
		return nil, nil
	}
	return query(ctx, r.DB.Read(), r.Now(), `l.uscc = $1 ORDER BY l.issued DESC, l.number`, cn.Code(uscc))
}

// OfCase lists the licences that a case has brought about or changed.
func (r *Room) OfCase(ctx context.Context, id string) ([]Licence, error) {
	return query(ctx, r.DB.Read(), r.Now(), `l.number IN (SELECT number FROM licence_version WHERE case_id = $1) ORDER BY l.issued, l.number`, id)
}

// OfCases lists the licences whose newest version any of some cases has made,
// the latest first.
func (r *Room) OfCases(ctx context.Context, ids []string) ([]Licence, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	marks, args := make([]string, len(ids)), make([]any, len(ids))
	for i, id := range ids {
		marks[i], args[i] = "$"+strconv.Itoa(i+1), id
	}
	return query(ctx, r.DB.Read(), r.Now(), `v.case_id IN (`+strings.Join(marks, ", ")+`) ORDER BY l.issued DESC, l.number`, args...)
}

const columns = `l.number, l.kind, l.title, l.item, v.case_id, v.document, v.content_id, v.record, l.unit, l.uscc, l.town, l.facts, l.identity, v.code, l.status, l.reason, l.version, l.listed,
	v.act, v.made, l.replaces, l.replaced, l.issued, l.valid_from, l.until, l.ended, l.ended_case, v.file, l.imported, v.imported`

// query reads licences with their newest versions, as they stand at an instant.
func query(ctx context.Context, q casework.Queryer, now time.Time, where string, args ...any) (all []Licence, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+columns+` FROM licence l JOIN licence_version v ON v.number = l.number AND v.version = l.version WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		l, err := scan(rows)
		if err != nil {
			return nil, err
		}
		l.Status = standing(l.Status, l.Until, now)
		all = append(all, l)
	}
	return all, rows.Err()
}

func scan(rows *sql.Rows) (Licence, error) {
	var l Licence
	var facts, file string
	var listed, shows int
	var made, issued, from, until, ended, imported int64
	err := rows.Scan(&l.Number, &l.Kind, &l.Title, &l.Item, &l.Case, &l.Document, &l.Content, &l.Record, &l.Unit, &l.USCC, &l.Town, &facts, &l.identity, &l.Code, &l.Status, &l.Reason, &l.Version, &listed,
		&l.act, &made, &l.Replaces, &l.Replaced, &issued, &from, &until, &ended, &l.EndedCase, &file, &imported, &shows)
	if err != nil {
		return l, err
	}
	l.Listed, l.imported, l.Imported, l.Unsigned = listed == 1, shows == 1, instant(imported), l.act == ActImport
	l.Made, l.Issued, l.From, l.Until, l.Ended = db.Time(made), db.Time(issued), db.Time(from), instant(until), instant(ended)
	if err := json.Unmarshal([]byte(facts), &l.Facts); err != nil {
		return l, fmt.Errorf("licence %s: %w", l.Number, err)
	}
	if file != "" {
		err = json.Unmarshal([]byte(file), &l.File)
	}
	return l, err
}

func versions(ctx context.Context, q casework.Queryer, number string) (all []Version, err error) {
	rows, err := q.QueryContext(ctx, `SELECT version, act, case_id, item, document, content_id, record, title, unit, uscc, facts, reason, made, valid_from, until, code, file, imported
		FROM licence_version WHERE number = $1 ORDER BY version`, number)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var v Version
		var facts, file string
		var made, from, until int64
		var shows int
		err := rows.Scan(&v.Number, &v.Act, &v.Case, &v.Item, &v.Document, &v.Content, &v.Record, &v.Title, &v.Unit, &v.USCC, &facts, &v.Reason, &made, &from, &until, &v.Code, &file, &shows)
		if err == nil {
			err = json.Unmarshal([]byte(facts), &v.Facts)
		}
		if err == nil && file != "" {
			err = json.Unmarshal([]byte(file), &v.File)
		}
		if err != nil {
			return nil, err
		}
		v.imported = shows == 1
		v.Made, v.From, v.Until = db.Time(made), db.Time(from), instant(until)
		all = append(all, v)
	}
	return all, rows.Err()
}

// tellHistory says in order what happened to a licence.
func (l *Licence) tellHistory() {
	for _, v := range l.Versions {
		l.History = append(l.History, Step{Version: v.Number, Act: v.Act, At: v.Made, Until: v.Until})
	}
	switch l.Status {
	case Cancelled:
		l.History = append(l.History, Step{Act: ActCancel, At: l.Ended})
	case Revoked:
		l.History = append(l.History, Step{Act: ActRevoke, At: l.Ended})
	case Struck:
		l.History = append(l.History, Step{Act: ActStrike, At: l.Ended})
	}
}

// storeFile keeps the file of a version unless it has one, and returns the one
// it has.
func (r *Room) storeFile(ctx context.Context, number string, version int, made form.File) (form.File, error) {
	text, err := json.Marshal(made)
	if err != nil {
		return form.File{}, err
	}
	err = r.DB.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		// A document that was forgotten while it was made is not kept.
		done, err := tx.ExecContext(ctx, `UPDATE licence_version SET file = $3 WHERE number = $1 AND version = $2 AND file = '' AND document <> ''`, number, version, string(text))
		if err != nil || r.Use == nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return r.Use(ctx, tx, Holder(number, version), made.Hash)
	})
	if err != nil {
		return form.File{}, err
	}
	var kept string
	if err := r.DB.Read().QueryRowContext(ctx, `SELECT file FROM licence_version WHERE number = $1 AND version = $2`, number, version).Scan(&kept); err != nil {
		return form.File{}, err
	}
	if kept == "" {
		return form.File{}, ErrNoDocument
	}
	var f form.File
	return f, json.Unmarshal([]byte(kept), &f)
}
