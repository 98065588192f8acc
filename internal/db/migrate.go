package db

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

// Migrations are the schema steps of one room: files named
// "YYYYMMDDhhmm_room_what.sql" in goose's format, the same SQL for both
// engines. Numbers are unique over all rooms; steps run in their order.
type Migrations struct {
	Room  string
	Files fs.FS
}

// Migrate brings the tables of the rooms, and the job queue's, to the newest
// version. It is safe to run again and by several processes at once.
func (d *DB) Migrate(ctx context.Context, rooms ...Migrations) error {
	for _, room := range rooms {
		provider, err := d.provider(room)
		if err != nil {
			return err
		}
		if _, err := provider.Up(ctx); err != nil {
			return fmt.Errorf("migrate the tables of %s: %w", room.Room, err)
		}
	}
	if err := d.migrateJobs(ctx); err != nil {
		return fmt.Errorf("migrate the job queue: %w", err)
	}
	return nil
}

// Pending lists the steps that Migrate would run, for a dry run.
func (d *DB) Pending(ctx context.Context, rooms ...Migrations) ([]string, error) {
	var names []string
	for _, room := range rooms {
		provider, err := d.provider(room)
		if err != nil {
			return nil, err
		}
		steps, err := provider.Status(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the migration state of %s: %w", room.Room, err)
		}
		for _, s := range steps {
			if s.State == goose.StatePending {
				names = append(names, room.Room+": "+s.Source.Path)
			}
		}
	}
	return names, nil
}

// provider gives each room its own version table, so that a room can be added
// or moved without renumbering another's steps.
func (d *DB) provider(room Migrations) (*goose.Provider, error) {
	dialect := goose.DialectSQLite3
	options := []goose.ProviderOption{
		goose.WithTableName("schema_" + room.Room), goose.WithDisableGlobalRegistry(true),
	}
	if d.dialect == Postgres {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(dialect, d.jobs, room.Files, options...)
	if err != nil {
		return nil, fmt.Errorf("migrations of %s: %w", room.Room, err)
	}
	return p, nil
}

func (d *DB) migrateJobs(ctx context.Context) error {
	if d.dialect == Postgres {
		return migrateRiver(ctx, func() (*rivermigrate.Migrator[*sql.Tx], error) {
			return rivermigrate.New(riverdatabasesql.New(d.jobs), nil)
		})
	}
	return migrateRiver(ctx, func() (*rivermigrate.Migrator[*sql.Tx], error) {
		return rivermigrate.New(riversqlite.New(d.jobs), nil)
	})
}

func migrateRiver(ctx context.Context, open func() (*rivermigrate.Migrator[*sql.Tx], error)) error {
	m, err := open()
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}
