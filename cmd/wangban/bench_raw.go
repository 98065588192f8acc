package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"

	"wangban/internal/db"
)

// rawCommits is what acts are measured against: the least that any program has
// to write so that an act is on record. In one durable transaction it adds a
// row like an act's event and changes a row like its case, both found by their
// key and as long as those that acts have just made; no other index, no
// timers, nothing read, nothing made of it.
type rawCommits struct {
	event, state []byte
	begun        []int // by client: events so far
	once         func(ctx context.Context, id string, seq int) error
	close        func()
}

const (
	rawEvent = `INSERT INTO bench_event (case_id, seq, sealed) VALUES ($1, $2, $3)`
	rawCase  = `UPDATE bench_case SET version = $2, state = $3 WHERE id = $1`
)

// openRaw makes the tables beside the rooms'. On SQLite the transactions go
// through the same group commit as acts; on PostgreSQL they are plain ones of
// pgx itself, on as many connections as acts have.
func openRaw(ctx context.Context, in *installation, clients int) (*rawCommits, error) {
	r := &rawCommits{begun: make([]int, clients), close: func() {}}
	var event, state float64
	if err := in.db.Read().QueryRowContext(ctx, `SELECT (SELECT avg(length(sealed)) FROM case_event WHERE act = 'save'), (SELECT avg(length(state)) FROM cases)`).Scan(&event, &state); err != nil {
		return nil, fmt.Errorf("how much do acts write? %w", err)
	}
	r.event, r.state = make([]byte, int(event)), make([]byte, int(state))
	_, _ = rand.Read(r.event)
	_, _ = rand.Read(r.state)
	err := in.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		for _, table := range []string{
			`CREATE TABLE bench_event (case_id TEXT NOT NULL, seq BIGINT NOT NULL, sealed BYTEA NOT NULL, PRIMARY KEY (case_id, seq))`,
			`CREATE TABLE bench_case (id TEXT PRIMARY KEY, version BIGINT NOT NULL, state BYTEA NOT NULL)`,
		} {
			if _, err := tx.ExecContext(ctx, table); err != nil {
				return err
			}
		}
		for i := range clients {
			if _, err := tx.ExecContext(ctx, `INSERT INTO bench_case (id, version, state) VALUES ($1, 0, $2)`, rawID(i), r.state); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if in.db.Dialect() == db.Postgres {
		return r, r.openPgx(ctx, in)
	}
	r.once = func(ctx context.Context, id string, seq int) error {
		return in.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			_, err := tx.ExecContext(ctx, rawEvent, id, seq, r.event)
			if err == nil {
				_, err = tx.ExecContext(ctx, rawCase, id, seq, r.state)
			}
			return err
		})
	}
	return r, nil
}

func (r *rawCommits) openPgx(ctx context.Context, in *installation) error {
	config, err := pgxpool.ParseConfig(in.settings.database())
	if err != nil {
		return err
	}
	config.MaxConns = int32(in.db.Read().Stats().MaxOpenConnections)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	r.close = pool.Close
	r.once = func(ctx context.Context, id string, seq int) error {
		tx, err := pool.Begin(ctx)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, rawEvent, id, seq, r.event)
		if err == nil {
			_, err = tx.Exec(ctx, rawCase, id, seq, r.state)
		}
		if err != nil {
			return errors.Join(err, tx.Rollback(ctx))
		}
		return tx.Commit(ctx)
	}
	return nil
}

func rawID(client int) string { return fmt.Sprintf("341523-000000-%020d", client) } // as long as a case's

// commit is one transaction of a client.
func (r *rawCommits) commit(ctx context.Context, client int) error {
	r.begun[client]++
	return r.once(ctx, rawID(client), r.begun[client])
}
