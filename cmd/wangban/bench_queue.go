package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/sim"
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

// inventor invents cases: units, stages and items of the installation, names
// and codes of invented entities. A third has ended; of the others one in
// twenty is overdue, one in five near its end, one in ten paused. Officers have
// claimed 25 each of their own unit's.
type inventor struct {
	*rand.Rand
	in      *installation
	units   []string
	members map[string][]string // of a unit
	held    map[string]int      // how many cases an officer has claimed
	places  []struct{ item, stage string }
	names   [][2]string // USCC and name
	county  string      // an officer for the whole county
	station account.Member
	done    int
	middle  casework.Row
	page    string
}

func newInventor(in *installation, members []account.Member) *inventor {
	v := &inventor{Rand: rand.New(rand.NewPCG(1, 1)), in: in, members: map[string][]string{}, held: map[string]int{}}
	v.units = sortedKeys(in.county.Units)
	for _, m := range members {
		for _, u := range m.Units {
			v.members[u] = append(v.members[u], m.ID)
		}
		switch {
		case slices.Contains(m.Units, "*") && v.county == "":
			v.county = m.ID
		case !slices.Contains(m.Units, "*") && v.station.ID == "":
			v.station = m
		}
	}
	for _, it := range in.items.All() {
		for _, s := range it.Flow.Stages {
			if s.End == "" && casework.ForStaff(s.By) {
				v.places = append(v.places, struct{ item, stage string }{it.Name, s.Name})
			}
		}
	}
	for row := range sim.Entities(1, in.county, 50_000) {
		v.names = append(v.names, [2]string{row.USCC, row.Name})
	}
	return v
}

// resume goes on behind the cases that are there already.
func (v *inventor) resume(ctx context.Context) error {
	there, err := v.in.door.Filled(ctx)
	for v.done < there {
		v.invent()
	}
	return err
}

// fill invents as many cases as are still lacking.
func (v *inventor) fill(ctx context.Context, n int) error {
	const together, state = 50_000, 3000
	for v.done < n {
		var rows []casework.Row
		for range min(together, n-v.done) {
			rows = append(rows, v.invent())
		}
		if err := v.in.door.Fill(ctx, rows, state); err != nil {
			return err
		}
	}
	if err := v.in.door.Analyze(ctx); err != nil {
		return err
	}
	// A page from the middle of the list, and a case of it.
	q := casework.Query{Desk: true, Limit: 200}
	for range 10 {
		page, next, err := v.in.door.List(ctx, q)
		if err != nil {
			return err
		}
		q.After, v.middle = next, page[0]
	}
	v.page = q.After
	return nil
}

func (v *inventor) invent() casework.Row {
	now := v.in.now().Truncate(time.Microsecond)
	place, name := v.places[v.IntN(len(v.places))], v.names[v.IntN(len(v.names))]
	day := now.AddDate(0, 0, v.done/4000-300) // one after the other, as cases come in
	r := casework.Row{ID: fmt.Sprintf("%s-%s-%020d", v.in.county.Region, day.Format("060102"), v.done), Item: place.item, Stage: place.stage,
		Number:  fmt.Sprintf("%s%s%s%07d", v.in.county.Region, v.in.county.Department, day.Format("20060102"), v.done),
		Subject: name[0], Title: name[1], Unit: v.units[v.IntN(len(v.units))], Channel: "web", Created: day,
		Updated: now.Add(-time.Duration(v.Int64N(int64(30 * 24 * time.Hour))))}
	v.done++
	switch n := v.IntN(30); {
	case n < 10:
		r.Ended = "success"
		return r
	case n < 12:
		r.Deadline.Paused = true
	default:
		r.ClockDue = now.Add(time.Duration(v.Int64N(int64(20*24*time.Hour))) - 24*time.Hour)
		r.ClockStart = r.ClockDue.AddDate(0, 0, -28)
		r.Deadline = casework.Deadline{Near: r.ClockDue.AddDate(0, 0, -4), Due: r.ClockDue}
	}
	// Nobody claims more than a page of cases, however many wait.
	if of := v.members[r.Unit]; len(of) > 0 && v.IntN(10) == 0 {
		if h := of[v.IntN(len(of))]; v.held[h] < 25 {
			v.held[h]++
			r.Holder = h
		}
	}
	return r
}

// lists are what officers open.
func (v *inventor) lists() []benchList {
	place, name := v.places[0], []rune(v.middle.Title)
	part, trade := string(name[len(name)/2-1:len(name)/2+2]), string(name[len(name)-3:])
	county := func(name, query string) benchList { return benchList{name, v.county, "/desk" + query} }
	return []benchList{
		county("county: queue", ""),
		county("county: a page far behind", "?after="+url.QueryEscape(v.page)),
		county("county: one stage", "?stage="+place.stage),
		county("county: one item", "?item="+place.item),
		county("county: near", "?light=amber"),
		county("county: on time", "?light=green"),
		county("county: overdue, one item", "?light=red&item="+place.item),
		county("county: all cases", "/all"),
		county("county: a part of many names", "/all?q="+url.QueryEscape(trade)),
		county("county: a part of few names", "/all?q="+url.QueryEscape(part)),
		county("county: a number", "?q="+v.middle.Number[:len(v.middle.Number)-2]),
		county("county: a code", "/all?q="+v.middle.Subject),
		{"station: queue", v.station.ID, "/desk"},
		{"station: one stage, near", v.station.ID, "/desk?light=amber&stage=" + place.stage},
		{"station: mine", v.station.ID, "/desk?who=mine"},
		{"station: all cases", v.station.ID, "/desk/all"},
		{"station: a part of many names", v.station.ID, "/desk/all?q=" + url.QueryEscape(trade)},
		{"station: a part of few names", v.station.ID, "/desk/all?q=" + url.QueryEscape(part)},
	}
}
