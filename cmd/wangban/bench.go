package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/form"
)

type benchCmd struct {
	Act benchActCmd `cmd:"" help:"Full acts over HTTP against raw commits of the same database, in one run."`
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
// read and checked, the door, event, case, timers, one durable transaction, and
// a redirect. A raw commit is one durable transaction that inserts as many
// bytes as an act's event and case take, by as many goroutines at once. They
// take turns in one run, because machines are noisy: the ratio counts.
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
	people, err := c.people(ctx, in, url)
	if err != nil {
		return err
	}
	raw, err := rawTable(ctx, in)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(w, "%s, %d CPUs, %s/%s, %s, %s\n", time.Now().Format(time.DateOnly), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, cpu(), version())
	_, _ = fmt.Fprintf(w, "%s, %d at once, %d turns of %s each\n", in.db.Dialect(), c.Clients, c.Rounds, c.For)
	var rates, acts []float64
	var waits []time.Duration
	for range c.Rounds {
		n, _, err := c.turn(ctx, func(ctx context.Context, _ int) error { return raw(ctx) })
		if err != nil {
			return err
		}
		rates = append(rates, n)
		stop, err := c.profile()
		if err != nil {
			return err
		}
		n, took, err := c.turn(ctx, func(ctx context.Context, i int) error { return people[i].save(ctx) })
		if err := errors.Join(err, stop()); err != nil {
			return err
		}
		acts, waits = append(acts, n), append(waits, took...)
		_, _ = fmt.Fprintf(w, "  raw commits %8.0f/s   acts %8.0f/s   %3.0f %%\n", rates[len(rates)-1], n, 100*n/rates[len(rates)-1])
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
func (c *benchActCmd) profile() (stop func() error, err error) {
	if c.Profile == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(c.Profile)
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

// turn lets everybody work for a while and tells how much was done a second,
// and how long each piece took.
func (c *benchActCmd) turn(ctx context.Context, work func(ctx context.Context, i int) error) (rate float64, took []time.Duration, err error) {
	var wg sync.WaitGroup
	var done atomic.Int64
	var failed error
	var mu sync.Mutex
	began := time.Now()
	for i := range c.Clients {
		wg.Go(func() {
			var mine []time.Duration
			for time.Since(began) < c.For {
				start := time.Now()
				if err := work(ctx, i); err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
					return
				}
				mine = append(mine, time.Since(start))
				done.Add(1)
			}
			mu.Lock()
			took = append(took, mine...)
			mu.Unlock()
		})
	}
	wg.Wait()
	return float64(done.Load()) / time.Since(began).Seconds(), took, failed
}

// benchPerson saves a page of an application again and again.
type benchPerson struct {
	client  *http.Client
	address string
	field   string // the answer that changes
	values  url.Values
	n       int
}

// people begin an application each.
func (c *benchActCmd) people(ctx context.Context, in *installation, base string) ([]*benchPerson, error) {
	it, page, field, values, err := in.benchPage()
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{MaxIdleConnsPerHost: c.Clients}
	people := make([]*benchPerson, c.Clients)
	for i := range people {
		jar, err := cookiejar.New(nil)
		if err != nil {
			return nil, err
		}
		p := &benchPerson{client: &http.Client{Jar: jar, Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
		resp, err := p.post(ctx, base+"/items/"+it+"/start", url.Values{"key": {rand.Text()}})
		if err != nil {
			return nil, err
		}
		parts := strings.Split(resp.Header.Get("Location"), "/")
		if len(parts) < 3 {
			return nil, fmt.Errorf("starting an application answered %s", resp.Status)
		}
		p.address, p.field, p.values = base+"/cases/"+parts[2]+"/form/"+page, field, maps.Clone(values)
		people[i] = p
	}
	return people, nil
}

// benchPage finds a page to save in the items' own filled-in applications: one
// without uploads, with a text that can be changed.
func (in *installation) benchPage() (it, page, field string, values url.Values, err error) {
	ctx := casework.FormContext(in.house(), casework.State{}, in.now())
	for _, candidate := range in.items.All() {
		for _, fixture := range sortedKeys(candidate.Fixtures) {
			answers, err := candidate.Answers(fixture, func(name string) form.File { return form.File{Name: name} })
			if err != nil {
				return "", "", "", nil, err
			}
			for _, pg := range candidate.Form.Pages {
				values := form.Inputs(candidate.Form, pg.Name, nil, answers, ctx)
				if text := changeable(candidate.Form.Draw(pg.Name, answers)); text != "" && len(form.Read(candidate.Form, pg.Name, values, ctx, nil).Problems) == 0 {
					return candidate.Name, pg.Name, text, values, nil
				}
			}
		}
	}
	return "", "", "", nil, errors.New("no item has a filled-in application with a page to save")
}

// changeable is the first free text of a page without uploads.
func changeable(fields []form.Drawn) string {
	text := ""
	for _, f := range fields {
		switch f.Type {
		case form.TypeFile, form.TypePassword:
			return ""
		case form.TypeUnitName, form.TypeText, form.TypeAddress:
			text = f.ID
		}
	}
	return text
}

// save changes the answer each time, so that every request is an act.
func (p *benchPerson) save(ctx context.Context) error {
	p.n++
	p.values.Set(p.field, fmt.Sprintf("舒城县城关镇第%d食品经营部", p.n))
	p.values.Set("key", rand.Text())
	resp, err := p.post(ctx, p.address, p.values)
	if err == nil && resp.StatusCode != http.StatusSeeOther {
		err = fmt.Errorf("saving a page answered %s", resp.Status)
	}
	return err
}

func (p *benchPerson) post(ctx context.Context, address string, values url.Values) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(values.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := p.client.Do(req)
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return resp, errors.Join(err, resp.Body.Close())
}

// rawTable makes a table beside the rooms' and gives the raw commit. On
// SQLite it goes through the same group commit as an act; on PostgreSQL it is
// a plain transaction on a pool of its own.
func rawTable(ctx context.Context, in *installation) (func(ctx context.Context) error, error) {
	const bytes = 1200 // about what an act's event and case row take
	payload := make([]byte, bytes)
	_, _ = rand.Read(payload)
	insert := `INSERT INTO bench_raw (id, payload) VALUES ($1, $2)`
	err := in.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS bench_raw (id TEXT PRIMARY KEY, payload BYTEA NOT NULL)`)
		return err
	})
	if err != nil || in.db.Dialect() == db.SQLite {
		return func(ctx context.Context) error {
			return in.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
				_, err := tx.ExecContext(ctx, insert, rand.Text(), payload)
				return err
			})
		}, err
	}
	pool, err := sql.Open("pgx", in.settings.database())
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(32)
	pool.SetMaxIdleConns(32)
	return func(ctx context.Context) error {
		tx, err := pool.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, insert, rand.Text(), payload); err != nil {
			return errors.Join(err, tx.Rollback())
		}
		return tx.Commit()
	}, nil
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
