package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are what the operator watches.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	acts     *prometheus.CounterVec
	stopping atomic.Bool
}

func newMetrics(in *installation) *metrics {
	m := &metrics{registry: prometheus.NewRegistry(), requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "wangban_request_seconds", Help: "How long requests took, by route and status.",
		Buckets: []float64{.002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5},
	}, []string{"route", "status"})}
	m.acts = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "wangban_acts_total",
		Help: "Acts on cases, by act and outcome: done, again (a repeated one), or why it was refused."}, []string{"act", "outcome"})
	m.registry.MustRegister(m.requests, m.acts, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), waiting{in})
	in.acted = func(act, outcome string) { m.acts.WithLabelValues(act, outcome).Inc() }
	return m
}

func (m *metrics) request(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())
}

// waiting counts messages by state when it is asked.
type waiting struct{ in *installation }

var stuckTimers = prometheus.NewDesc("wangban_timers_stuck", "Limits of cases that could not be followed and are tried again each minute; anything but 0 needs the operator.", nil, nil)

var messagesByState = prometheus.NewDesc("wangban_messages", "Messages in the outbox, by state.", []string{"state"}, nil)

var unlogged = prometheus.NewDesc("wangban_log_waiting", "Records of acts that are not in the public log yet; what stays for more than a few seconds needs the operator.", nil, nil)

func (waiting) Describe(c chan<- *prometheus.Desc) {
	c <- unlogged
	c <- messagesByState
	c <- stuckTimers
}

func (w waiting) Collect(c chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	counts, err := w.in.outbox.Counts(ctx)
	if err != nil {
		c <- prometheus.NewInvalidMetric(messagesByState, err)
		return
	}
	if stuck, err := w.in.door.Stuck(ctx); err != nil {
		c <- prometheus.NewInvalidMetric(stuckTimers, err)
	} else {
		c <- prometheus.MustNewConstMetric(stuckTimers, prometheus.GaugeValue, float64(stuck))
	}
	if n, err := w.in.ledger.Waiting(ctx); err != nil {
		c <- prometheus.NewInvalidMetric(unlogged, err)
	} else {
		c <- prometheus.MustNewConstMetric(unlogged, prometheus.GaugeValue, float64(n))
	}
	for state, n := range counts {
		c <- prometheus.MustNewConstMetric(messagesByState, prometheus.GaugeValue, float64(n), string(state))
	}
}

// privatePages are for the operator and the machine that watches: /healthz
// says that the process lives, /readyz that it can serve.
func (s *server) privatePages() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		if err := s.db.Read().PingContext(ctx); err != nil || s.metrics.stopping.Load() {
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
		_, _ = fmt.Fprintln(w, "ready")
	})
	return mux
}
