package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"wangban/internal/db"
)

type benchCmd struct {
	Act    benchActCmd    `cmd:"" help:"Full acts over HTTP against raw commits of the same database, in one run."`
	Case   benchCaseCmd   `cmd:"" help:"Whole cases over HTTP, from the first page to the result."`
	Import benchImportCmd `cmd:"" help:"Import an invented entity base."`
	Queue  benchQueueCmd  `cmd:"" help:"The workbench's lists over HTTP, in databases of growing size."`
	Start  benchStartCmd  `cmd:"" help:"From the start of the process to the first page."`
}

type benchActCmd struct {
	Database string        `env:"WANGBAN_DATABASE" help:"postgres://… of an empty database; default: SQLite in a temporary folder."`
	Folder   string        `help:"Where SQLite's file goes; default: the system's temporary folder. Its disk is what is measured."`
	Clients  int           `default:"64" help:"How many at once."`
	Rounds   int           `default:"3" help:"How often raw commits and acts take turns."`
	For      time.Duration `default:"4s" help:"How long each turn takes."`
	Profile  string        `placeholder:"FILE" help:"Write a CPU profile of the acts, for go tool pprof."`
}

// Run measures what an act costs. An act is what a citizen's browser does when
// it saves a page: an HTTP request on a real socket, the session, the form
// read and checked, the door, event, case, one durable transaction, and
// a redirect. It is measured against raw commits (see rawCommits) by as many
// goroutines at once. They take turns in one run, because machines are noisy:
// the ratio counts.
func (c *benchActCmd) Run(s *surroundings) (err error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp(c.Folder, "wangban-bench-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	set := settings{Data: dir, Database: c.Database, Listen: "127.0.0.1:0", StopGrace: 10 * time.Second}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	return serve(ctx, set, true, slog.New(slog.DiscardHandler), func(in *installation, server *server) error {
		defer stop()
		if err := in.seed(ctx); err != nil {
			return err
		}
		return c.measure(ctx, s.out, in, server.url())
	})
}

func (c *benchActCmd) measure(ctx context.Context, w io.Writer, in *installation, url string) error {
	people, err := c.people(in, url)
	if err != nil {
		return err
	}
	save := func(ctx context.Context, i int) error { return people[i].save(ctx) }
	// Before anything is measured, so that the raw side knows how long rows are.
	if _, err := takeTurn(ctx, c.Clients, c.For/4, save); err != nil {
		return err
	}
	raw, err := openRaw(ctx, in, c.Clients)
	if err != nil {
		return err
	}
	defer raw.close()
	_, _ = fmt.Fprintf(w, "%s\n%s, %d at once, %d turns of %s each; an event of %d bytes and a case of %d\n",
		machine(), in.db.Dialect(), c.Clients, c.Rounds, c.For, len(raw.event), len(raw.state))
	var rates, acts []float64
	var waits []time.Duration
	for range c.Rounds {
		commits, err := takeTurn(ctx, c.Clients, c.For, raw.commit)
		if err != nil {
			return err
		}
		stop, err := profile(c.Profile)
		if err != nil {
			return err
		}
		saves, err := takeTurn(ctx, c.Clients, c.For, save)
		if err := errors.Join(err, stop()); err != nil {
			return err
		}
		rates, acts, waits = append(rates, commits.rate), append(acts, saves.rate), append(waits, saves.took...)
		_, _ = fmt.Fprintf(w, "  raw commits %8.0f/s, %4.0f µs CPU each   acts %8.0f/s, %4.0f µs CPU each   %3.0f %%\n",
			commits.rate, commits.cpu, saves.rate, saves.cpu, 100*saves.rate/commits.rate)
	}
	slices.Sort(waits)
	at := func(q float64) time.Duration {
		return waits[int(q*float64(len(waits)-1))].Round(100 * time.Microsecond)
	}
	goal := map[db.Dialect]float64{db.SQLite: 35, db.Postgres: 50}[in.db.Dialect()]
	share := 100 * median(acts) / median(rates)
	_, err = fmt.Fprintf(w, "median: raw commits %.0f/s, acts %.0f/s: %.0f %% (goal %.0f %%). An act took %s, one in twenty %s or more, one in a hundred %s or more.\n",
		median(rates), median(acts), share, goal, at(.5), at(.95), at(.99))
	return err
}

// profile begins a CPU profile, where one is wanted. That of the last turn
// stays.
func profile(file string) (stop func() error, err error) {
	if file == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	stop = func() error { pprof.StopCPUProfile(); return f.Close() }
	return stop, pprof.StartCPUProfile(f)
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

// turn is what was done while everybody worked for a while.
type turn struct {
	rate float64         // pieces a second
	cpu  float64         // of this process for each, the clients' included, µs
	took []time.Duration // by each
}

// takeTurn lets clients work side by side for a while.
func takeTurn(ctx context.Context, clients int, span time.Duration, work func(ctx context.Context, i int) error) (t turn, err error) {
	return takeTurnPausing(ctx, clients, span, 0, work)
}

// takeTurnPausing is takeTurn of clients who stop for a while, on average the
// pause, before each piece of work.
func takeTurnPausing(ctx context.Context, clients int, span, pause time.Duration, work func(ctx context.Context, i int) error) (t turn, err error) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	began, used := time.Now(), cpuTime()
	for i := range clients {
		wg.Go(func() {
			var mine []time.Duration
			for time.Since(began) < span {
				if pause > 0 {
					time.Sleep(time.Duration(rand.Int64N(2 * int64(pause))))
				}
				start := time.Now()
				if failed := work(ctx, i); failed != nil {
					mu.Lock()
					err = failed
					mu.Unlock()
					return
				}
				mine = append(mine, time.Since(start))
			}
			mu.Lock()
			t.took = append(t.took, mine...)
			mu.Unlock()
		})
	}
	wg.Wait()
	n := float64(len(t.took))
	t.rate = n / time.Since(began).Seconds()
	t.cpu = float64((cpuTime() - used).Microseconds()) / n
	return t, err
}

// cpuTime is what this process has used so far.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// machine says when and where something was measured.
func machine() string {
	return fmt.Sprintf("%s, %d CPUs, %s/%s, %s, %s", time.Now().Format(time.DateOnly), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, cpu(), version())
}

// cpu names the processor, where the system tells.
func cpu() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown CPU"
	}
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown CPU"
}
