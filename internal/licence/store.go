package licence

import (
	"context"
	"encoding/json"
	"errors"

	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/form"
)

// series is what is counted together.
type series struct {
	kind   string
	year   int // 0: over all years
	region string
}

// next takes the next number of a series. Others who want one of the same
// series wait until this transaction ends.
func next(ctx context.Context, tx db.Tx, s series) (n int64, err error) {
	err = tx.QueryRowContext(ctx, `INSERT INTO licence_sequence (kind, year, region, last) VALUES ($1, $2, $3, 1)
		ON CONFLICT (kind, year, region) DO UPDATE SET last = licence_sequence.last + 1 RETURNING last`, s.kind, s.year, s.region).Scan(&n)
	return n, err
}

func insert(ctx context.Context, tx db.Tx, l Licence, s series, sequence int64) error {
	facts, err := json.Marshal(l.Facts)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO licence
			(number, kind, year, region, sequence, title, item, case_id, document, unit, uscc, facts, code, status, reason, issued, withdrawn, file)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '', $15, 0, '')`,
		l.Number, l.Kind, s.year, s.region, sequence, l.Title, l.Item, l.Case, l.Document, l.Unit, l.USCC, string(facts), l.Code, string(l.Status), db.Micros(l.Issued))
	return err
}

// Find reads a licence by its number, however it is typed; false when there is
// none.
func (r *Room) Find(ctx context.Context, number string) (Licence, bool, error) {
	found, err := r.list(ctx, `number = $1`, cn.Code(number))
	if err != nil || len(found) == 0 {
		return Licence{}, false, err
	}
	return found[0], true, nil
}

// OfOrganisation lists a unit's licences, the latest first.
func (r *Room) OfOrganisation(ctx context.Context, uscc string) ([]Licence, error) {
	return r.list(ctx, `uscc = $1 ORDER BY issued DESC, number`, cn.Code(uscc))
}

// OfCase lists the licences that a case brought about.
func (r *Room) OfCase(ctx context.Context, id string) ([]Licence, error) {
	return r.list(ctx, `case_id = $1 ORDER BY issued, number`, id)
}

func (r *Room) list(ctx context.Context, where, arg string) (all []Licence, err error) {
	rows, err := r.DB.Read().QueryContext(ctx, `SELECT number, kind, title, item, case_id, document, unit, uscc, facts, code, status, reason, issued, withdrawn, file
		FROM licence WHERE `+where, arg)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var l Licence
		var facts, file string
		var issued, withdrawn int64
		if err := rows.Scan(&l.Number, &l.Kind, &l.Title, &l.Item, &l.Case, &l.Document, &l.Unit, &l.USCC, &facts, &l.Code, &l.Status, &l.Reason, &issued, &withdrawn, &file); err != nil {
			return nil, err
		}
		l.Issued, l.Withdrawn = db.Time(issued), db.Time(withdrawn)
		if err := json.Unmarshal([]byte(facts), &l.Facts); err != nil {
			return nil, err
		}
		if file != "" {
			if err := json.Unmarshal([]byte(file), &l.File); err != nil {
				return nil, err
			}
		}
		all = append(all, l)
	}
	return all, rows.Err()
}

// storeFile keeps the file of a licence unless it has one, and returns the one
// it has.
func (r *Room) storeFile(ctx context.Context, number string, made form.File) (form.File, error) {
	text, err := json.Marshal(made)
	if err != nil {
		return form.File{}, err
	}
	err = r.DB.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE licence SET file = $2 WHERE number = $1 AND file = ''`, number, string(text))
		return err
	})
	if err != nil {
		return form.File{}, err
	}
	l, _, err := r.Find(ctx, number)
	return l.File, err
}

// Withdraw ends a licence: whoever verifies it sees so from now on, and it
// cannot be downloaded any more. Its number is not used again. The reason is
// kept for the house and not shown. Withdrawing twice changes nothing.
func (r *Room) Withdraw(ctx context.Context, number, reason string) error {
	var n int64
	err := r.DB.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE licence SET
				withdrawn = CASE WHEN status = 'valid' THEN $2 ELSE withdrawn END,
				reason = CASE WHEN status = 'valid' THEN $3 ELSE reason END,
				status = 'withdrawn'
			WHERE number = $1`, cn.Code(number), db.Micros(r.Now()), reason)
		if err != nil {
			return err
		}
		n, err = done.RowsAffected()
		return err
	})
	if err == nil && n == 0 {
		return ErrUnknown
	}
	return err
}
