package licence

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
)

// importRecord is an import as it stays on record.
type importRecord struct {
	id, item, file, digest, byID, byName string
	rows, added                          int
	at                                   time.Time
}

// together is how many numbers are looked for at once.
const together = 200

// onRecord tells of each row's number that is on record the digest of the row
// that it was imported from; "" when it was issued here.
func onRecord(ctx context.Context, q casework.Queryer, rows []importedRow) (map[string]string, error) {
	known := map[string]string{}
	for some := range slices.Chunk(rows, together) {
		marks, args := make([]string, len(some)), make([]any, len(some))
		for i, row := range some {
			marks[i], args[i] = "$"+strconv.Itoa(i+1), row.licence.Number
		}
		if err := digests(ctx, q, known, strings.Join(marks, ", "), args); err != nil {
			return nil, fmt.Errorf("look for numbers that are on record: %w", err)
		}
	}
	return known, nil
}

func digests(ctx context.Context, q casework.Queryer, known map[string]string, marks string, args []any) (err error) {
	rows, err := q.QueryContext(ctx, `SELECT l.number, coalesce(i.digest, '') FROM licence l LEFT JOIN licence_imported i ON i.number = l.number WHERE l.number IN (`+marks+`)`, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var number, digest string
		if err := rows.Scan(&number, &digest); err != nil {
			return err
		}
		known[number] = digest
	}
	return rows.Err()
}

// keepImport writes an import. The series come first: whoever issues a licence
// of one of them waits, and takes a number behind those that are imported.
func keepImport(ctx context.Context, tx db.Tx, record importRecord, rows []sealedRow, series []Continued) error {
	for _, s := range series {
		_, err := tx.ExecContext(ctx, `INSERT INTO licence_series (series, last) VALUES ($1, $2)
			ON CONFLICT (series) DO UPDATE SET last = CASE WHEN licence_series.last < $2 THEN $2 ELSE licence_series.last END`, s.Series, s.Last)
		if err != nil {
			return fmt.Errorf("continue series %s: %w", s.Series, err)
		}
	}
	moved, err := json.Marshal(append([]Continued{}, series...))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO licence_import (id, item, file, digest, by_id, by_name, rows, added, made, series) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		record.id, record.item, record.file, record.digest, record.byID, record.byName, record.rows, record.added, db.Micros(record.at), string(moved))
	if err != nil {
		return fmt.Errorf("record the import: %w", err)
	}
	for _, row := range rows {
		l := row.licence
		l.Ended = row.ended
		// Several old numbers can share a place of a series, so they stand outside it.
		if err := insert(ctx, tx, l, taken{series: "imported/" + l.Number, sequence: 1}); err != nil {
			return fmt.Errorf("keep licence %s (line %d): %w", l.Number, row.line, err)
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO licence_imported (number, import_id, line, digest, hash, document, record, person, wrapped, sealed, forgotten) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '')`,
			l.Number, record.id, row.line, row.digest, row.hash, row.document, row.record, row.person, row.wrapped, row.sealed)
		if err != nil {
			return fmt.Errorf("keep licence %s (line %d): %w", l.Number, row.line, err)
		}
	}
	return nil
}

// isTaken tells whether a number is that of a licence that was imported, or its
// place in the series another's.
func isTaken(ctx context.Context, q casework.Queryer, t taken) (bool, error) {
	var n int
	err := q.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM licence_imported WHERE number = $1) + (SELECT count(*) FROM licence WHERE series = $2 AND sequence = $3)`,
		t.number, t.series, t.sequence).Scan(&n)
	return n > 0, err
}

// importOf tells where a licence came from; nil when it was issued here.
func importOf(ctx context.Context, q casework.Queryer, number string) (*Import, error) {
	var i Import
	var at int64
	err := q.QueryRowContext(ctx, `SELECT f.id, f.file, i.line, f.digest, f.by_name, f.made, i.hash, i.document, i.record
		FROM licence_imported i JOIN licence_import f ON f.id = i.import_id WHERE i.number = $1`, number).Scan(&i.Batch, &i.File, &i.Line, &i.Digest, &i.By, &at, &i.hash, &i.document, &i.record)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	i.At = db.Time(at)
	return &i, err
}

func importedVersions(ctx context.Context, tx db.Tx, number string) (all []int, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT version FROM licence_version WHERE number = $1 AND imported = 1 ORDER BY version`, number)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var n int
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, rows.Err()
}

func forgetImported(ctx context.Context, tx db.Tx, number, said string) error {
	_, err := tx.ExecContext(ctx, `UPDATE licence_version SET document = '', file = '' WHERE number = $1 AND imported = 1`, number)
	if err == nil { // the digest stays apart from every other: the row must not come back as known
		_, err = tx.ExecContext(ctx, `UPDATE licence_imported SET person = '', digest = '-', wrapped = $2, sealed = $2, forgotten = $3 WHERE number = $1`, number, []byte{}, said)
	}
	if err != nil {
		return fmt.Errorf("forget what was imported of licence %s: %w", number, err)
	}
	return nil
}
