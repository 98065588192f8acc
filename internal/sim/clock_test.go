package sim

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"wangban/internal/db"
	"wangban/internal/db/dbtest"
)

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC) // 12:00 in Shanghai

func openAt(t *testing.T, d *db.DB, real *time.Time, newest *time.Time) *Clock {
	t.Helper()
	c, err := OpenClock(context.Background(), d, func(context.Context) (time.Time, error) { return *newest, nil })
	if err != nil {
		t.Fatal(err)
	}
	c.real = func() time.Time { return *real }
	return c
}

func TestClockMovesAndIsKept(t *testing.T) {
	dbtest.Both(t, []db.Migrations{Migrations}, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		real, newest := noon, time.Time{}
		c := openAt(t, d, &real, &newest)
		check := func(what string, c *Clock, want time.Time) {
			t.Helper()
			if !c.Now().Equal(want) || c.Moved() == want.Equal(real) || c.Offset() != want.Sub(real) {
				t.Errorf("%s: %v, moved %v by %v", what, c.Now(), c.Moved(), c.Offset())
			}
		}
		check("at first", c, noon)
		for _, step := range []struct {
			what string
			do   func() error
			want time.Time
		}{
			{"48 hours", func() error { return c.Advance(ctx, 48*time.Hour) }, noon.Add(48 * time.Hour)},
			{"and one", func() error { return c.Advance(ctx, time.Hour) }, noon.Add(49 * time.Hour)},
			{"one back", func() error { return c.Advance(ctx, -time.Hour) }, noon.Add(48 * time.Hour)},
			{"a date", func() error { return c.Set(ctx, noon.AddDate(1, 0, 0)) }, noon.AddDate(1, 0, 0)},
			{"the past", func() error { return c.Set(ctx, noon.AddDate(-1, 0, 0)) }, noon.AddDate(-1, 0, 0)},
			{"back", func() error { return c.Back(ctx) }, noon},
			{"on again", func() error { return c.Advance(ctx, time.Minute) }, noon.Add(time.Minute)},
		} {
			if err := step.do(); err != nil {
				t.Fatalf("%s: %v", step.what, err)
			}
			check(step.what, c, step.want)
		}
		real = real.Add(time.Hour)
		check("it keeps walking", c, noon.Add(time.Hour+time.Minute))

		other := openAt(t, d, &real, &newest) // another process
		check("elsewhere", other, noon.Add(time.Hour+time.Minute))
		if err := c.Advance(ctx, time.Hour); err != nil {
			t.Fatal(err)
		}
		if err := other.load(ctx); err != nil {
			t.Fatal(err)
		}
		check("elsewhere, after a look", other, noon.Add(2*time.Hour+time.Minute))
	})
}

func TestClockNeverGoesBehindARecord(t *testing.T) {
	dbtest.Both(t, []db.Migrations{Migrations}, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		real, newest := noon, time.Time{}
		c := openAt(t, d, &real, &newest)
		if err := c.Advance(ctx, 48*time.Hour); err != nil {
			t.Fatal(err)
		}
		newest = c.Now()
		for what, move := range map[string]func() error{
			"back":    func() error { return c.Back(ctx) },
			"set":     func() error { return c.Set(ctx, noon) },
			"advance": func() error { return c.Advance(ctx, -time.Second) },
		} {
			var behind *Backwards
			if err := move(); !errors.As(err, &behind) || !behind.Newest.Equal(newest) || c.Offset() != 48*time.Hour {
				t.Errorf("%s: %v, the clock is at %v", what, err, c.Now())
			} else if !strings.Contains(err.Error(), "2026-11-25 12:00") {
				t.Errorf("%s: %v does not tell the local time of the record", what, err)
			}
		}
		if err := c.Advance(ctx, time.Hour); err != nil {
			t.Error(err)
		}
		if err := c.Set(ctx, newest); err != nil { // exactly as late as the record
			t.Error(err)
		}
		if err := c.Reset(ctx); err != nil || c.Moved() {
			t.Error(err, c.Now())
		}
		broken := errors.New("the database is gone")
		c.recorded = func(context.Context) (time.Time, error) { return time.Time{}, broken }
		if err := c.Advance(ctx, -time.Hour); !errors.Is(err, broken) {
			t.Error(err)
		}
	})
}

func TestRunFollowsTheDatabase(t *testing.T) {
	d := dbtest.SQLite(t, Migrations)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	c, err := OpenClock(ctx, d, nil)
	if err != nil {
		t.Fatal(err)
	}
	other, err := OpenClock(ctx, d, nil)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); other.Run(ctx) }()
	if err := c.Advance(ctx, time.Hour); err != nil {
		t.Fatal(err)
	}
	for !other.Moved() && ctx.Err() == nil {
		time.Sleep(5 * time.Millisecond) // until it has looked
	}
	if other.Offset() != time.Hour {
		t.Errorf("moved by %v", other.Offset())
	}
	cancel()
	<-done
}
