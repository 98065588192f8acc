package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"
)

type benchCaseCmd struct {
	Database string        `env:"WANGBAN_DATABASE" help:"postgres://… of an empty database; default: SQLite in a temporary folder."`
	Folder   string        `help:"Where SQLite's file goes; default: the system's temporary folder. Its disk is what is measured."`
	Clients  int           `default:"16" help:"How many cases at once."`
	Rounds   int           `default:"3" help:"How often everybody takes a turn."`
	For      time.Duration `default:"5s" help:"How long each turn takes."`
	Example  string        `placeholder:"ITEM/EXAMPLE" help:"The worked example that is played; default: the first that leads from a filled-in form to a result without uploads or waiting."`
	Profile  string        `placeholder:"FILE" help:"Write a CPU profile of the product's turns, for go tool pprof."`
	Peer     []string      `sep:"none" placeholder:"NAME=COMMAND" help:"Something else that does the same in the same run: a command that prints 'ready URL TOKEN' and then serves records over HTTP as PocketBase does. Can be given several times."`
}

// caseSide is somebody who handles whole cases.
type caseSide struct {
	name   string
	handle func(ctx context.Context, client int) error // one case from beginning to end
}

// Run measures how many cases go from the first page to their result in a
// second. Every step is an HTTP request on a real socket and is durable when it
// is answered: the applicant begins, saves each page, hands in; the officer
// takes the case, judges every answer and decides; the result gets its number.
// Messages are sent (to the demo's phone) and the public log is kept
// meanwhile, as in service.
func (c *benchCaseCmd) Run(s *surroundings) (err error) {
	dir, err := os.MkdirTemp(c.Folder, "wangban-bench-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	set := settings{Data: dir, Database: c.Database, Listen: "127.0.0.1:0", StopGrace: 30 * time.Second}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	return serve(ctx, set, true, slog.New(slog.DiscardHandler), func(in *installation, server *server) error {
		defer stop()
		if err := in.seed(ctx); err != nil {
			return err
		}
		script, err := in.benchScript(ctx, c.Example)
		if err != nil {
			return err
		}
		workers := make([]*caseWorker, c.Clients)
		for i := range workers {
			if workers[i], err = script.worker(ctx, server.url()); err != nil {
				return err
			}
		}
		sides := []caseSide{{"wangban", func(ctx context.Context, i int) error { return workers[i].handle(ctx) }}}
		for _, peer := range c.Peer {
			side, end, err := startPeer(ctx, peer, c.Folder, c.Clients, script)
			if err != nil {
				return err
			}
			defer end()
			sides = append(sides, side)
		}
		_, _ = fmt.Fprintf(s.out, "%s\n%s, %s: %d requests a case, %d at once, %d turns of %s each\n",
			machine(), in.db.Dialect(), script.name, script.requests(), c.Clients, c.Rounds, c.For)
		return c.measure(ctx, s.out, sides)
	})
}

func (c *benchCaseCmd) measure(ctx context.Context, w io.Writer, sides []caseSide) error {
	rates, waits := make([][]float64, len(sides)), make([][]time.Duration, len(sides))
	for _, side := range sides { // what is opened, compiled and cached once
		if _, err := takeTurn(ctx, c.Clients, c.For/4, side.handle); err != nil {
			return fmt.Errorf("%s: %w", side.name, err)
		}
	}
	for range c.Rounds {
		var said []string
		for i, side := range sides {
			file := c.Profile
			if i > 0 {
				file = ""
			}
			stop, err := profile(file)
			if err != nil {
				return err
			}
			t, err := takeTurn(ctx, c.Clients, c.For, side.handle)
			if err = errors.Join(err, stop()); err != nil {
				return fmt.Errorf("%s: %w", side.name, err)
			}
			rates[i], waits[i] = append(rates[i], t.rate), append(waits[i], t.took...)
			said = append(said, fmt.Sprintf("%s %.0f/s (%.1f ms CPU)", side.name, t.rate, t.cpu/1000))
		}
		_, _ = fmt.Fprintln(w, "  "+strings.Join(said, "   "))
	}
	for i, side := range sides {
		slices.Sort(waits[i])
		at := func(q float64) time.Duration {
			return waits[i][int(q*float64(len(waits[i])-1))].Round(100 * time.Microsecond)
		}
		_, _ = fmt.Fprintf(w, "median: %s %.1f cases/s; a case took %s, one in a hundred %s or more", side.name, median(rates[i]), at(.5), at(.99))
		if i > 0 {
			_, _ = fmt.Fprintf(w, "; wangban makes %.2f times as many", median(rates[0])/median(rates[i]))
		}
		if _, err := fmt.Fprintln(w); err != nil {
			return err
		}
	}
	return nil
}
