package licence

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"wangban/internal/casework"
	"wangban/internal/db"
)

func batches(ctx context.Context, q casework.Queryer, where string, args ...any) (all []Batch, err error) {
	rows, err := q.QueryContext(ctx, `SELECT i.id, i.item, i.file, i.digest, i.by_id, i.by_name, i.rows, i.added, i.made, i.series,
			coalesce(u.by_id, ''), coalesce(u.by_name, ''), coalesce(u.reason, ''), coalesce(u.licences, 0), coalesce(u.made, 0)
		FROM licence_import i LEFT JOIN licence_import_undone u ON u.import_id = i.id WHERE `+where+` ORDER BY i.made DESC, i.id`, args...)
	if err != nil {
		return nil, fmt.Errorf("list imports of licences: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var b Batch
		var u Undone
		var made, undone int64
		var series string
		err := rows.Scan(&b.Name, &b.Item, &b.File, &b.Digest, &b.ByID, &b.ByName, &b.Rows, &b.Added, &made, &series, &u.ByID, &u.ByName, &u.Reason, &u.Licences, &undone)
		if b.seriesOld = series == ""; err == nil && !b.seriesOld {
			err = json.Unmarshal([]byte(series), &b.series)
		}
		if err != nil {
			return nil, err
		}
		if b.At = db.Time(made); undone != 0 {
			u.At = db.Time(undone)
			b.Undone = &u
		}
		all = append(all, b)
	}
	return all, rows.Err()
}

// holdBatch keeps others from changing the licences of an import, and from
// taking numbers of their kind, until the transaction ends.
func holdBatch(ctx context.Context, tx db.Tx, batch string) error {
	for _, statement := range []string{
		`UPDATE licence SET version = version WHERE number IN (SELECT number FROM licence_imported WHERE import_id = $1)`,
		`UPDATE licence_series SET last = last WHERE EXISTS (SELECT 1 FROM licence_imported i JOIN licence l ON l.number = i.number
			WHERE i.import_id = $1 AND substr(licence_series.series, 1, length(l.kind) + 1) = l.kind || '/')`,
	} {
		if _, err := tx.ExecContext(ctx, statement, batch); err != nil {
			return fmt.Errorf("hold the licences of import %s: %w", batch, err)
		}
	}
	return nil
}

func ofBatch(ctx context.Context, q casework.Queryer, batch string) (all []batched, err error) {
	rows, err := q.QueryContext(ctx, `SELECT l.number, l.kind, i.line, l.version, v.act, l.ended_case, l.replaced, i.forgotten
		FROM licence_imported i JOIN licence l ON l.number = i.number JOIN licence_version v ON v.number = l.number AND v.version = l.version
		WHERE i.import_id = $1 ORDER BY i.line`, batch)
	if err != nil {
		return nil, fmt.Errorf("read the licences of import %s: %w", batch, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var l batched
		if err := rows.Scan(&l.number, &l.kind, &l.line, &l.version, &l.act, &l.ended, &l.replaced, &l.forgotten); err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, rows.Err()
}

// seriesOf are the series of a kind with the last number taken of each.
func seriesOf(ctx context.Context, q casework.Queryer, kind string) (all []Continued, err error) {
	rows, err := q.QueryContext(ctx, `SELECT series, last FROM licence_series WHERE substr(series, 1, $2) = $1 ORDER BY series`, kind+"/", len([]rune(kind))+1)
	if err != nil {
		return nil, fmt.Errorf("read the series of %s: %w", kind, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var s Continued
		if err := rows.Scan(&s.Series, &s.Last); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// gapless is how far numbers of a series were given, counted on from one of
// them, until one is missing.
func gapless(ctx context.Context, q casework.Queryer, series string, from int64) (last int64, err error) {
	last = from
	rows, err := q.QueryContext(ctx, `SELECT sequence FROM licence WHERE series = $1 AND sequence > $2 ORDER BY sequence`, series, from)
	if err != nil {
		return last, fmt.Errorf("look for gaps in series %s: %w", series, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return last, err
		}
		if n != last+1 {
			break
		}
		last = n
	}
	return last, rows.Err()
}

// takeBack writes that an import is taken back, and does it.
func takeBack(ctx context.Context, tx db.Tx, o Undoing, out TakenBack, now int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO licence_import_undone (import_id, by_id, by_name, reason, licences, made) VALUES ($1, $2, $3, $4, $5, $6)`,
		o.Batch, o.ByID, o.ByName, o.Reason, out.Licences, now)
	if err != nil {
		return fmt.Errorf("record that import %s is taken back: %w", o.Batch, err)
	}
	const its = `number IN (SELECT number FROM licence_imported WHERE import_id = $1)`
	for _, statement := range []string{`DELETE FROM licence_version WHERE ` + its, `DELETE FROM licence WHERE ` + its, `DELETE FROM licence_imported WHERE import_id = $1`} {
		if _, err := tx.ExecContext(ctx, statement, o.Batch); err != nil {
			return fmt.Errorf("take import %s back: %w", o.Batch, err)
		}
	}
	for _, s := range out.Series {
		if _, err := tx.ExecContext(ctx, `UPDATE licence_series SET last = $2 WHERE series = $1`, s.Series, s.Last); err != nil {
			return fmt.Errorf("let series %s go back: %w", s.Series, err)
		}
	}
	return nil
}
