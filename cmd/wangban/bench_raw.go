package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"wangban/internal/casework"
	"wangban/internal/db"
)

// rawCommits is what acts are measured against: the least that any program has
// to write so that an act is on record. In one durable transaction it adds a
// row like an act's event, which is unique by the client's key too; changes a
// row like its case; and adds one like what the log is to take in. The rows are
// found by their keys and as long as those that acts have just made. There are
// no indexes for lists; nothing is read, nothing decided, nothing sealed, and
// nobody answers.
type rawCommits struct {
	event, state []byte
	begun        []int // by client: events so far
	write        func(ctx context.Context, do func(ctx context.Context, exec rawExec) error) error
	close        func()
}

// rawExec runs a statement in the transaction.
type rawExec func(ctx context.Context, statement string, args ...any) error

const rawTables = `CREATE TABLE bench_event (case_id TEXT NOT NULL, seq BIGINT NOT NULL, key TEXT NOT NULL, payload BYTEA NOT NULL,
	PRIMARY KEY (case_id, seq), UNIQUE (case_id, key));
CREATE TABLE bench_case (id TEXT PRIMARY KEY, version BIGINT NOT NULL, payload BYTEA NOT NULL);
CREATE TABLE bench_record (case_id TEXT NOT NULL, seq BIGINT NOT NULL, record BYTEA NOT NULL, PRIMARY KEY (case_id, seq))`

// commit is one transaction of a client.
func (r *rawCommits) commit(ctx context.Context, client int) error {
	r.begun[client]++
	id, seq, key := rawID(client), r.begun[client], rand.Text()
	return r.write(ctx, func(ctx context.Context, exec rawExec) error {
		return errors.Join(
			exec(ctx, `INSERT INTO bench_event (case_id, seq, key, payload) VALUES ($1, $2, $3, $4)`, id, seq, key, r.event),
			exec(ctx, `UPDATE bench_case SET version = $2, payload = $3 WHERE id = $1`, id, seq, r.state),
			exec(ctx, `INSERT INTO bench_record (case_id, seq, record) VALUES ($1, $2, $3)`, id, seq, r.event[:sha256.Size]),
		)
	})
}

func rawID(client int) string { return fmt.Sprintf("341523-000000-%020d", client) } // as long as a case's

// openRaw makes the tables beside the rooms'. On SQLite the transactions go
// through the same group commit as acts; on PostgreSQL they are plain ones of
// pgx itself, on as many connections as acts have.
func openRaw(ctx context.Context, in *installation, clients int) (*rawCommits, error) {
	r := &rawCommits{begun: make([]int, clients), close: func() {}}
	event, state, err := in.door.Sizes(ctx, casework.ActSave)
	if err != nil {
		return nil, err
	}
	r.event, r.state = make([]byte, event), make([]byte, state)
	_, _ = rand.Read(r.event)
	_, _ = rand.Read(r.state)
	r.write = func(ctx context.Context, do func(ctx context.Context, exec rawExec) error) error {
		return in.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			return do(ctx, func(ctx context.Context, statement string, args ...any) error {
				_, err := tx.ExecContext(ctx, statement, args...)
				return err
			})
		})
	}
	err = r.write(ctx, func(ctx context.Context, exec rawExec) error {
		for _, table := range strings.Split(rawTables, ";") {
			if err := exec(ctx, table); err != nil {
				return err
			}
		}
		for i := range clients {
			if err := exec(ctx, `INSERT INTO bench_case (id, version, payload) VALUES ($1, 0, $2)`, rawID(i), r.state); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("make the tables of the raw side: %w", err)
	}
	if in.db.Dialect() == db.Postgres {
		return r, r.openPgx(ctx, in)
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
	r.write = func(ctx context.Context, do func(ctx context.Context, exec rawExec) error) error {
		return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
			return do(ctx, func(ctx context.Context, statement string, args ...any) error {
				_, err := tx.Exec(ctx, statement, args...)
				return err
			})
		})
	}
	return nil
}
