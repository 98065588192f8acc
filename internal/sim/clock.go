// Package sim is a county in a box, for the demo and for measuring: synthetic
// people and entities, and a clock that can be moved. Nothing of it runs in an
// installation that serves the public.
package sim

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"sync/atomic"
	"time"

	"wangban/internal/db"
	"wangban/internal/workday"
)

//go:embed migrations
var migrations embed.FS

// Migrations are the room's tables.
var Migrations = func() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err)
	}
	return db.Migrations{Room: "sim", Files: files}
}()

// Clock is the demo's clock (演示时钟): the real one, moved ahead so that anyone
// can watch 48 hours pass. How far it is moved is kept in the database; every
// process on that database shows the same time.
type Clock struct {
	db       *db.DB
	recorded func(context.Context) (time.Time, error)
	real     func() time.Time
	ahead    atomic.Int64 // microseconds
}

// Backwards is returned when the clock would be earlier than what is on
// record, which would make cases end before they began.
type Backwards struct {
	To     time.Time // where the clock was to go
	Newest time.Time // of the instants on record
}

func (e *Backwards) Error() string {
	const minute = "2006-01-02 15:04"
	return fmt.Sprintf("时钟不能调到 %s：已经有 %s 的记录。调到这之后的时间，或先重置演示数据。",
		e.To.In(workday.Shanghai).Format(minute), e.Newest.In(workday.Shanghai).Format(minute))
}

// OpenClock reads how far the clock is moved. recorded tells the newest
// instant on record, zero when there is none; nil means that there never is.
func OpenClock(ctx context.Context, d *db.DB, recorded func(context.Context) (time.Time, error)) (*Clock, error) {
	if recorded == nil {
		recorded = func(context.Context) (time.Time, error) { return time.Time{}, nil }
	}
	c := &Clock{db: d, recorded: recorded, real: time.Now}
	if err := c.load(ctx); err != nil {
		return nil, fmt.Errorf("read the demo's clock: %w", err)
	}
	return c, nil
}

func (c *Clock) load(ctx context.Context) error {
	var ahead int64
	err := c.db.Read().QueryRowContext(ctx, `SELECT ahead FROM sim_clock WHERE id = 1`).Scan(&ahead)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	c.ahead.Store(ahead)
	return nil
}

// Now is the demo's present, in the zone of the real clock.
func (c *Clock) Now() time.Time { return c.real().Add(c.Offset()) }

// Offset is how far the clock is ahead of the real one; it may be negative.
func (c *Clock) Offset() time.Duration { return time.Duration(c.ahead.Load()) * time.Microsecond }

// Moved tells whether the clock shows anything but the real time: then the
// screens carry a banner.
func (c *Clock) Moved() bool { return c.ahead.Load() != 0 }

// Advance moves the clock on by d; a negative d moves it back.
func (c *Clock) Advance(ctx context.Context, d time.Duration) error { return c.move(ctx, c.Offset()+d) }

// Set makes it t now. It returns *Backwards when records lie later.
func (c *Clock) Set(ctx context.Context, t time.Time) error { return c.move(ctx, t.Sub(c.real())) }

// Back returns to the real time. It returns *Backwards when records lie later.
func (c *Clock) Back(ctx context.Context) error { return c.move(ctx, 0) }

// Reset returns to the real time whatever is on record. It is for after the
// demo's data was wiped.
func (c *Clock) Reset(ctx context.Context) error { return c.store(ctx, 0) }

func (c *Clock) move(ctx context.Context, offset time.Duration) error {
	if offset < c.Offset() {
		to := c.real().Add(offset)
		switch newest, err := c.recorded(ctx); {
		case err != nil:
			return fmt.Errorf("look for the newest record: %w", err)
		case newest.After(to):
			return &Backwards{to, newest}
		}
	}
	return c.store(ctx, offset)
}

func (c *Clock) store(ctx context.Context, offset time.Duration) error {
	ahead := offset.Microseconds()
	err := c.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO sim_clock (id, ahead) VALUES (1, $1)
			ON CONFLICT (id) DO UPDATE SET ahead = excluded.ahead`, ahead)
		return err
	})
	if err != nil {
		return fmt.Errorf("move the demo's clock: %w", err)
	}
	c.ahead.Store(ahead)
	return nil
}

// Run follows a clock that another process moves, until ctx ends. When the
// database does not answer, the clock stands as it was and is read again.
func (c *Clock) Run(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			_ = c.load(ctx)
		case <-ctx.Done():
			return
		}
	}
}
