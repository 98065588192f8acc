package paper

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/vault"
)

func insert(ctx context.Context, tx db.Tx, p Paper) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO paper (case_id, seq, place, document, title, number, acted, state, tries, problem, made, file)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, 0, '')`,
		p.Case, p.Seq, p.Place, p.Document, p.Title, p.Number, db.Micros(p.Acted), string(p.State), []byte{})
	return err
}

// bound binds what is sealed to its row.
func bound(p Paper) string { return fmt.Sprintf("paper/%s/%d/%d", p.Case, p.Seq, p.Place) }

func list(ctx context.Context, q casework.Queryer, v *vault.Vault, where string, args ...any) (papers []Paper, err error) {
	rows, err := q.QueryContext(ctx, `SELECT case_id, seq, place, document, title, number, acted, state, tries, problem, made, file FROM paper WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("list documents of acts: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var p Paper
		var acted, made int64
		var problem []byte
		var file string
		if err := rows.Scan(&p.Case, &p.Seq, &p.Place, &p.Document, &p.Title, &p.Number, &acted, &p.State, &p.Tries, &problem, &made, &file); err != nil {
			return nil, err
		}
		p.Acted, p.Made = db.Time(acted), db.Time(made)
		if len(problem) > 0 {
			text, err := v.Open(problem, bound(p))
			if err != nil {
				return nil, fmt.Errorf("document %s: %w", bound(p), err)
			}
			p.Problem = string(text)
		}
		if file != "" {
			if err := json.Unmarshal([]byte(file), &p.File); err != nil {
				return nil, err
			}
		}
		papers = append(papers, p)
	}
	return papers, rows.Err()
}

func recordMade(ctx context.Context, tx db.Tx, p Paper, file form.File, at time.Time, use func(ctx context.Context, tx db.Tx, caseID, hash string) error) error {
	text, err := json.Marshal(file)
	if err != nil {
		return err
	}
	done, err := tx.ExecContext(ctx, `UPDATE paper SET state = 'made', file = $4, made = $5, problem = $6, tries = tries + 1
		WHERE case_id = $1 AND seq = $2 AND place = $3 AND state IN ('waiting', 'failed')`, p.Case, p.Seq, p.Place, string(text), db.Micros(at), []byte{})
	if err != nil || use == nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return use(ctx, tx, p.Case, file.Hash)
}

func recordProblem(ctx context.Context, tx db.Tx, v *vault.Vault, p Paper, problem string, over bool) error {
	state := Waiting
	if over {
		state = Failed
	}
	_, err := tx.ExecContext(ctx, `UPDATE paper SET state = $4, tries = tries + 1, problem = $5
		WHERE case_id = $1 AND seq = $2 AND place = $3 AND state = 'waiting'`, p.Case, p.Seq, p.Place, string(state), v.Seal([]byte(problem), bound(p)))
	return err
}

func reopen(ctx context.Context, tx db.Tx, p Paper) (bool, error) {
	result, err := tx.ExecContext(ctx, `UPDATE paper SET state = 'waiting', tries = 0, problem = $4
		WHERE case_id = $1 AND seq = $2 AND place = $3 AND state IN ('waiting', 'failed')`, p.Case, p.Seq, p.Place, []byte{})
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}
