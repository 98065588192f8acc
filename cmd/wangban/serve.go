package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"wangban/internal/web"
)

type serveCmd struct {
	settings
}

// Run serves an installation until it is told to stop.
func (c *serveCmd) Run(s *surroundings) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	log := logger(s.err)
	return serve(ctx, c.settings, false, log, func(_ *installation, server *server) error {
		log.Info("serving", "address", server.url(), "version", version())
		return nil
	})
}

// logger writes structured lines. They never hold personal data: routes
// instead of addresses, ids of requests instead of names.
func logger(w io.Writer) *slog.Logger { return slog.New(slog.NewJSONHandler(w, nil)) }

// server is an installation at work: its pages, its private port, its clock.
type server struct {
	*installation
	metrics  *metrics
	listener net.Listener
	private  net.Listener
	extra    []func(*web.Mux)
}

// url is how this machine reaches the pages.
func (s *server) url() string { return address(s.listener.Addr()) }

// address is how browsers on this machine write a listening address: by name
// where the machine listens to itself only, for passkeys are bound to names.
func address(a net.Addr) string {
	if tcp, ok := a.(*net.TCPAddr); ok && tcp.IP.IsLoopback() {
		return fmt.Sprintf("http://localhost:%d", tcp.Port)
	}
	return "http://" + a.String()
}

// collectAt lets garbage grow to four times what is in use, some 100 MB,
// before it is collected: what stays is small beside what requests leave
// behind, and collecting at Go's usual twice took a tenth of all CPU time.
const collectAt = 400

// collectFrom bounds that growth: pictures that are looked at would otherwise
// be multiplied too, to gigabytes. Beyond it garbage is collected as soon as
// there is some. It has to stay far above what is in use for long, some 250 MB
// while PDFs are drawn, or nothing but collecting is done.
const collectFrom = 768 << 20

// serve opens an installation, serves it, and closes it in order when the
// context ends: no new requests, running ones finish, jobs and messages too,
// then the database. ready is called when everything runs.
func serve(ctx context.Context, set settings, demo bool, log *slog.Logger, ready func(*installation, *server) error, extra ...func(*installation) func(*web.Mux)) (err error) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(collectFrom)
	}
	listener, err := net.Listen("tcp", set.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w (is wangban running already? Choose another address with --listen)", set.Listen, err)
	}
	defer func() { _ = listener.Close() }()
	if set.URL == "" {
		set.URL = address(listener.Addr())
	}
	set.URL = strings.TrimSuffix(set.URL, "/")
	in, err := open(ctx, set, demo, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close()) }()
	s := &server{installation: in, metrics: newMetrics(in), listener: listener}
	for _, make := range extra {
		s.extra = append(s.extra, make(in))
	}
	if set.Private != "" {
		if s.private, err = net.Listen("tcp", set.Private); err != nil {
			return fmt.Errorf("listen on %s for metrics: %w (choose another address with --private, or none with --private=)", set.Private, err)
		}
	}
	return s.run(ctx, ready)
}

// run serves until the context ends or a listener fails.
func (s *server) run(ctx context.Context, ready func(*installation, *server) error) error {
	if err := s.publishFresh(ctx); err != nil {
		return err
	}
	s.warnOfCalendar()
	if err := s.jobs.Start(ctx, s.acts.Register); err != nil {
		return err
	}
	s.outbox.Start()
	public := &http.Server{Handler: s.screens(s.metrics.request, s.extra...), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ReadTimeout: 2 * time.Minute, WriteTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn)}
	servers := []*http.Server{public}
	failed := make(chan error, 2)
	go func() { failed <- public.Serve(s.listener) }()
	if s.private != nil {
		private := &http.Server{Handler: s.privatePages(), ReadHeaderTimeout: 10 * time.Second}
		servers = append(servers, private)
		go func() { failed <- private.Serve(s.private) }()
	}
	clockwork, stopClockwork := context.WithCancel(context.WithoutCancel(ctx))
	if s.clock != nil {
		go s.clock.Run(clockwork)
	}
	stopped := make(chan struct{})
	go func() { defer close(stopped); s.clockwork(clockwork) }()
	logged := make(chan struct{})
	go func() { defer close(logged); s.keepLog(clockwork) }()

	err := ready(s.installation, s)
	if err == nil {
		select {
		case <-ctx.Done():
		case err = <-failed:
		}
	}
	s.metrics.stopping.Store(true)
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.settings.StopGrace)
	defer cancel()
	for _, server := range servers {
		err = errors.Join(err, server.Shutdown(grace))
	}
	stopClockwork()
	<-stopped
	<-logged
	s.integrate(grace) // what was done last
	err = errors.Join(err, s.jobs.Stop(grace))
	s.outbox.Stop(grace)
	s.log.Info("stopped")
	return err
}

// clockwork lets limits lapse and clears away, once a second.
func (s *server) clockwork(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		s.sweep(ctx)
		s.takeUpItems(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// keepLog takes what was done into the public log, once a second. It has a
// rhythm of its own: many limits that lapse at once must not hold it up.
func (s *server) keepLog(ctx context.Context) {
	s.beginLog(ctx)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.integrate(ctx)
		}
	}
}

// beginLog makes the log's key at the first start. What a log is called is
// part of everything that it has ever signed.
func (in *installation) beginLog(ctx context.Context) {
	standing, err := in.ledger.Standing(ctx)
	switch {
	case err != nil && ctx.Err() == nil:
		in.log.Error("the public log cannot be opened", "error", err)
	case err == nil && standing.Origin != in.logOrigin():
		in.log.Warn("the public log goes on under the name it began with, though the installation has another address now", "name", standing.Origin)
	}
}

func (in *installation) integrate(ctx context.Context) {
	if _, err := in.ledger.Integrate(ctx); err != nil && ctx.Err() == nil {
		in.log.Error("the public log could not be continued; the next second tries again", "error", err)
	}
}

// sweep does what is due now.
func (in *installation) sweep(ctx context.Context) {
	if _, err := in.door.Sweep(ctx); err != nil && ctx.Err() == nil {
		in.log.Error("limits could not be followed; the next second tries again", "error", err)
	}
	if _, err := in.ratings.Sweep(ctx); err != nil && ctx.Err() == nil {
		in.log.Error("nobody could be reminded of rating; the next second tries again", "error", err)
	}
	if _, err := in.notices.Sweep(ctx); err != nil && ctx.Err() == nil {
		in.log.Error("old notices could not be cleared away; the next second tries again", "error", err)
	}
	in.sweepFiles(ctx)
	if err := in.outbox.Tidy(ctx); err != nil && ctx.Err() == nil {
		in.log.Error("old codes could not be forgotten; the next second tries again", "error", err)
	}
}
