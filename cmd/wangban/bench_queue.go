package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"time"
)

type benchQueueCmd struct {
	Database string        `env:"WANGBAN_DATABASE" help:"postgres://… of an empty database; default: SQLite in a temporary folder."`
	Folder   string        `help:"Where SQLite's file goes; default: the system's temporary folder."`
	Keep     string        `placeholder:"FOLDER" help:"Keep SQLite's file in this folder, and go on with the cases that are there: sizes can be measured in turns. A PostgreSQL database is kept anyway; it takes a folder for the keys."`
	Cases    []int         `default:"10000,100000,1000000" help:"How many invented cases; the database grows from one number to the next."`
	Clients  int           `default:"32" help:"How many officers at once."`
	Pause    time.Duration `default:"0s" help:"How long an officer looks at a page before asking again."`
	For      time.Duration `default:"3s" help:"How long each list is asked for."`
	Profile  string        `placeholder:"FILE" help:"Write a CPU profile of the lists, for go tool pprof."`
}

// Run measures how long the workbench's lists take over HTTP, with the session,
// the counts beside the filters and the page around them, in databases of
// growing size in one run.
func (c *benchQueueCmd) Run(s *surroundings) (err error) {
	dir := c.Keep
	if dir == "" {
		if dir, err = os.MkdirTemp(c.Folder, "wangban-bench-*"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	set := settings{Data: dir, Database: c.Database, Listen: "127.0.0.1:0", StopGrace: 10 * time.Second}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	return serve(ctx, set, true, slog.New(slog.DiscardHandler), func(in *installation, server *server) error {
		defer stop()
		if err := in.seed(ctx); err != nil {
			return err
		}
		return c.measure(ctx, s.out, in, server.url())
	})
}

func (c *benchQueueCmd) measure(ctx context.Context, w io.Writer, in *installation, base string) (err error) {
	_, _ = fmt.Fprintf(w, "%s\n%s, %d officers at once, each list asked for %s, again %s after the answer\n", machine(), in.db.Dialect(), c.Clients, c.For, c.Pause)
	members, err := in.accounts.Members(ctx)
	if err != nil {
		return err
	}
	inventor := newInventor(in, members)
	if err := inventor.resume(ctx); err != nil {
		return err
	}
	first := map[string]found{}
	profiled, err := profile(c.Profile)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, profiled()) }()
	for _, n := range c.Cases {
		began := time.Now()
		if err := inventor.fill(ctx, n); err != nil {
			return err
		}
		_, _ = fmt.Fprintf(w, "\n%d cases, filled in in %s\n%-34s %6s %8s %8s %8s %10s %8s\n", n, time.Since(began).Round(time.Second), "list", "cases", "p50", "p99", "pages/s", "CPU a page", "ratio")
		for _, l := range inventor.lists() {
			took, shown, err := c.list(ctx, in, base, l)
			if err != nil {
				return fmt.Errorf("%s: %w", l.path, err)
			}
			slices.Sort(took.took)
			at := func(q float64) time.Duration { return took.took[int(q*float64(len(took.took)-1))] }
			if first[l.name].median == 0 {
				first[l.name] = found{at(.5), shown}
			}
			ratio := fmt.Sprintf("%.2f", float64(at(.5))/float64(first[l.name].median))
			if shown != first[l.name].cases {
				ratio = "(" + ratio + ")" // another page, not the same one among more cases
			}
			_, _ = fmt.Fprintf(w, "%-34s %6d %8s %8s %8.0f %8.0fµs %8s\n", l.name, shown, at(.5).Round(100*time.Microsecond), at(.99).Round(100*time.Microsecond),
				took.rate, took.cpu, ratio)
		}
	}
	return nil
}

// benchList is a list that somebody opens.
type benchList struct{ name, officer, path string }

// found is what a list took in the smallest database, and how many cases its
// page showed there.
type found struct {
	median time.Duration
	cases  int
}

// list has everybody open one list again and again; shown is how many cases
// are on its page.
func (c *benchQueueCmd) list(ctx context.Context, in *installation, base string, l benchList) (took turn, shown int, err error) {
	readers := make([]*benchClient, c.Clients)
	for i := range readers {
		_, session, err := in.accounts.Begin(ctx)
		if err != nil {
			return turn{}, 0, err
		}
		cookie, err := in.accounts.LetIn(ctx, session.ID, "staff", l.officer)
		if err != nil {
			return turn{}, 0, err
		}
		if readers[i], err = connect(base); err != nil {
			return turn{}, 0, err
		}
		defer func() { _ = readers[i].conn.Close() }()
		readers[i].cookies = in.sessionCookie() + "=" + cookie
	}
	_, page, err := readers[0].send(http.MethodGet, l.path, "", "")
	if err != nil {
		return turn{}, 0, err
	}
	shown = bytes.Count(page, []byte(`href="/desk/cases/`))
	open := func(_ context.Context, i int) error { return readers[i].get(l.path) }
	if _, err := takeTurn(ctx, c.Clients, c.For/4, open); err != nil {
		return turn{}, 0, err
	}
	took, err = takeTurnPausing(ctx, c.Clients, c.For, c.Pause, open)
	return took, shown, err
}
