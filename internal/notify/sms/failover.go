package sms

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// Failover sends through several providers and turns away from one that errs.
//
// The rule is GOV.UK Notify's: each provider has a share of the messages at rest; a provider that errs too often
// within a minute loses its share at once and gets it back slowly, in steps, so that traffic does not flap. The
// state lives in this process: each process learns for itself, and a restart forgets.
type Failover struct {
	config FailoverConfig

	mu    sync.Mutex
	lanes []*lane
}

// Provider is one way to send, with its share of messages while all is well.
type Provider struct {
	Name   string
	Sender Sender
	Share  int // 0 to 100, relative to the others'; 100 and 0 mean first and stand-by
}

// FailoverConfig holds the named limits; zero values take the defaults.
type FailoverConfig struct {
	ErrorsPerMinute int              // so many errors within a minute open the circuit; 50
	OpenFor         time.Duration    // how long nothing is sent to it then; 5 min
	ReturnStep      int              // points of share it gets back at a time; 10
	ReturnEvery     time.Duration    // how often it gets them; 10 min
	Now             func() time.Time // real time
	Pick            func(n int) int  // evenly from 0 to n-1; nil: math/rand/v2
}

// lane is a provider with its memory.
type lane struct {
	Provider
	errors []time.Time // of the last minute, oldest first
	opened time.Time   // when the circuit opened last; zero when the share is whole
}

// ProviderStatus is what the operator sees.
type ProviderStatus struct {
	Name             string
	Share            int // now
	RestingShare     int
	Open             bool      // nothing is sent to it
	Until            time.Time // while Open: when it is tried again
	ErrorsLastMinute int
}

// NewFailover checks the settings; its errors name the wrong one.
func NewFailover(c FailoverConfig, providers ...Provider) (*Failover, error) {
	if len(providers) == 0 {
		return nil, errors.New("没有配置短信服务方")
	}
	if c.Now == nil {
		return nil, errors.New("缺少时钟（Now）")
	}
	c.ErrorsPerMinute = orDefault(c.ErrorsPerMinute, 50)
	c.OpenFor = orDefault(c.OpenFor, 5*time.Minute)
	c.ReturnStep = orDefault(c.ReturnStep, 10)
	c.ReturnEvery = orDefault(c.ReturnEvery, 10*time.Minute)
	if c.Pick == nil {
		c.Pick = rand.IntN
	}
	f := &Failover{config: c}
	for _, p := range providers {
		if p.Share < 0 || p.Share > 100 {
			return nil, fmt.Errorf("短信服务方 %s 的份额是 %d，应在 0 到 100 之间", p.Name, p.Share)
		}
		f.lanes = append(f.lanes, &lane{Provider: p})
	}
	return f, nil
}

func orDefault[T int | time.Duration](v, d T) T {
	if v <= 0 {
		return d
	}
	return v
}

// Send implements Sender. When a provider cannot take the message for reasons of its own, the next one is tried at
// once; not so when the message may already be out, or when the reason lies with the number.
func (f *Failover) Send(ctx context.Context, m Message) (Receipt, error) {
	order, reopens := f.order()
	if len(order) == 0 {
		return Receipt{}, &Error{Kind: Temporary, Reason: ReasonProvider, Provider: "failover",
			Code: "all-circuits-open", RetryAfter: reopens}
	}
	var first *Error
	for _, l := range order {
		receipt, err := l.Sender.Send(ctx, m)
		if err == nil {
			return receipt, nil
		}
		e := AsError(err)
		if !errors.Is(ctx.Err(), context.Canceled) { // whoever gave up waiting proves nothing against the provider
			f.note(l, e)
		}
		if first == nil || worthMore(e, first) {
			first = e
		}
		if !elsewhere(e) || ctx.Err() != nil {
			return Receipt{}, e
		}
	}
	return Receipt{}, first
}

// elsewhere says whether another provider may succeed where this one did not.
func elsewhere(e *Error) bool {
	if e.MaybeSent {
		return false
	}
	switch e.Reason {
	case ReasonNumber, ReasonFrequency, ReasonContent:
		// A limit for a number protects a person; going round it by another provider would be harassment.
		return false
	}
	return true
}

// worthMore: of several refusals the one that lets the message live on is reported.
func worthMore(e, than *Error) bool { return than.Kind == Permanent && e.Kind != Permanent }

// order lists the providers to try. The first is drawn by the present shares: what a provider has lost goes to the
// first sound one after it in turn. reopens is the time until a circuit closes, when all are open.
func (f *Failover) order() (order []*lane, reopens time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.config.Now()
	for _, l := range f.lanes {
		if until := l.opened.Add(f.config.OpenFor); !l.opened.IsZero() && now.Before(until) {
			if wait := until.Sub(now); reopens == 0 || wait < reopens {
				reopens = wait
			}
			continue
		}
		order = append(order, l)
	}
	if len(order) < 2 {
		return order, reopens
	}
	resting := 0
	for _, l := range f.lanes {
		resting += l.Share
	}
	if resting == 0 {
		return order, reopens
	}
	drawn := f.config.Pick(resting)
	chosen := slices.IndexFunc(order, func(l *lane) bool {
		drawn -= f.share(l, now)
		return drawn < 0
	})
	if chosen < 0 {
		chosen = slices.IndexFunc(order, func(l *lane) bool { return f.share(l, now) == l.Share })
	}
	if chosen > 0 {
		l := order[chosen]
		order = slices.Insert(slices.Delete(order, chosen, chosen+1), 0, l)
	}
	return order, reopens
}

// share is a provider's share now: none while open, then a step more every while. Callers hold mu.
func (f *Failover) share(l *lane, now time.Time) int {
	if l.opened.IsZero() {
		return l.Share
	}
	back := now.Sub(l.opened.Add(f.config.OpenFor))
	if back < 0 {
		return 0
	}
	steps := 1 + int(back/f.config.ReturnEvery)
	if share := steps * f.config.ReturnStep; share < l.Share {
		return share
	}
	l.opened = time.Time{}
	return l.Share
}

// note remembers an error that is the provider's own and opens the circuit when there are too many.
func (f *Failover) note(l *lane, e *Error) {
	switch e.Reason {
	case ReasonNetwork, ReasonProvider, ReasonAccount, ReasonQuota:
	default:
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.config.Now()
	l.forget(now)
	l.errors = append(l.errors, now)
	if len(l.errors) >= f.config.ErrorsPerMinute {
		l.opened = now
		l.errors = nil
	}
}

// forget drops errors older than a minute. Callers hold mu.
func (l *lane) forget(now time.Time) {
	minuteAgo := now.Add(-time.Minute)
	l.errors = slices.DeleteFunc(l.errors, func(at time.Time) bool { return !at.After(minuteAgo) })
}

// Status shows every provider in its configured order.
func (f *Failover) Status() []ProviderStatus {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.config.Now()
	var all []ProviderStatus
	for _, l := range f.lanes {
		l.forget(now)
		s := ProviderStatus{Name: l.Name, Share: f.share(l, now), RestingShare: l.Share, ErrorsLastMinute: len(l.errors)}
		if until := l.opened.Add(f.config.OpenFor); !l.opened.IsZero() && now.Before(until) {
			s.Open, s.Until = true, until
		}
		all = append(all, s)
	}
	return all
}
