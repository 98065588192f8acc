package sms_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wangban/internal/notify/sms"
	"wangban/simulators/fault"
	"wangban/simulators/smsgateway"
)

// scripted answers as told and counts how often it was asked.
type scripted struct {
	asked int
	err   error
}

func (s *scripted) Send(context.Context, sms.Message) (sms.Receipt, error) {
	s.asked++
	if s.err != nil {
		return sms.Receipt{}, s.err
	}
	return sms.Receipt{Provider: "x", ProviderID: "1"}, nil
}

func out() error {
	return &sms.Error{Kind: sms.Temporary, Reason: sms.ReasonProvider, Provider: "x", Code: "503"}
}

type lab struct {
	now           time.Time
	draw          int
	first, second scripted
	*sms.Failover
}

func newLab(t interface{ Fatal(...any) }, shares ...int) *lab {
	l := &lab{now: now}
	f, err := sms.NewFailover(sms.FailoverConfig{ErrorsPerMinute: 5, OpenFor: 5 * time.Minute, ReturnStep: 10,
		ReturnEvery: 10 * time.Minute, Now: func() time.Time { return l.now },
		Pick: func(n int) int { return min(l.draw, n-1) }},
		sms.Provider{Name: "甲", Sender: &l.first, Share: shares[0]},
		sms.Provider{Name: "乙", Sender: &l.second, Share: shares[1]})
	if err != nil {
		t.Fatal(err)
	}
	l.Failover = f
	return l
}

func (l *lab) send(n int) (err error) {
	for range n {
		_, err = l.Send(context.Background(), message())
	}
	return err
}

// The rule of GOV.UK Notify: many errors within a minute take the whole share away, time gives it back in steps.
func TestFailoverOpensAndReturnsSlowly(t *testing.T) {
	l := newLab(t, 100, 0)
	l.first.err = out()
	if err := l.send(4); err != nil || l.first.asked != 4 || l.second.asked != 4 {
		t.Fatalf("while few errors: %v, %d and %d asked", err, l.first.asked, l.second.asked)
	}
	if s := l.Status()[0]; s.Open || s.Share != 100 || s.ErrorsLastMinute != 4 {
		t.Fatalf("four errors: %+v", s)
	}
	l.send(2) // the fifth opens; the sixth goes straight to the other
	if l.first.asked != 5 || l.second.asked != 6 {
		t.Fatalf("after opening: %d and %d asked", l.first.asked, l.second.asked)
	}
	if s := l.Status()[0]; !s.Open || s.Share != 0 || !s.Until.Equal(l.now.Add(5*time.Minute)) {
		t.Fatalf("open: %+v", s)
	}
	l.first.err = nil
	for _, step := range []struct {
		after time.Duration
		share int
	}{{5*time.Minute - 1, 0}, {1, 10}, {10*time.Minute - 1, 10}, {1, 20}, {70 * time.Minute, 90}, {10 * time.Minute, 100}, {time.Hour, 100}} {
		l.now = l.now.Add(step.after)
		if s := l.Status()[0]; s.Share != step.share {
			t.Errorf("at %s: share %d, want %d", l.now.Format(time.TimeOnly), s.Share, step.share)
		}
		asked := l.first.asked
		l.draw = step.share // the first message that the first provider is not to get
		l.send(1)
		if wantFirst := step.share == 100; (l.first.asked > asked) != wantFirst {
			t.Errorf("share %d: asked the first %v", step.share, !wantFirst)
		}
		if step.share > 0 {
			asked = l.first.asked
			l.draw = step.share - 1
			l.send(1)
			if l.first.asked == asked {
				t.Errorf("share %d: the first got nothing", step.share)
			}
		}
	}
}

func TestFailoverForgetsErrorsAfterAMinute(t *testing.T) {
	l := newLab(t, 100, 0)
	l.first.err = out()
	for range 20 {
		l.send(1)
		l.now = l.now.Add(16 * time.Second) // never five within a minute
	}
	if s := l.Status()[0]; s.Open {
		t.Errorf("%+v", s)
	}
}

func TestFailoverAllOpen(t *testing.T) {
	l := newLab(t, 50, 50)
	l.first.err, l.second.err = out(), out()
	l.send(5)
	l.now = l.now.Add(time.Minute)
	err := l.send(1)
	if e := sms.AsError(err); e.Code != "all-circuits-open" || e.Kind != sms.Temporary || e.RetryAfter != 4*time.Minute {
		t.Errorf("%+v", e)
	}
	if l.first.asked != 5 || l.second.asked != 5 {
		t.Errorf("%d and %d asked", l.first.asked, l.second.asked)
	}
}

// covers: C-44
func TestFailoverGoesElsewhereOnlyWhenThatHelps(t *testing.T) {
	for name, c := range map[string]struct {
		err       *sms.Error
		elsewhere bool
	}{
		"out of order":      {&sms.Error{Kind: sms.Temporary, Reason: sms.ReasonProvider}, true},
		"no balance":        {&sms.Error{Kind: sms.Temporary, Reason: sms.ReasonAccount}, true},
		"not connected":     {&sms.Error{Kind: sms.Temporary, Reason: sms.ReasonNetwork}, true},
		"template":          {&sms.Error{Kind: sms.Permanent, Reason: sms.ReasonTemplate}, true},
		"account's limit":   {&sms.Error{Kind: sms.Throttled, Reason: sms.ReasonQuota}, true},
		"maybe sent":        {&sms.Error{Kind: sms.Temporary, Reason: sms.ReasonNetwork, MaybeSent: true}, false},
		"impossible number": {&sms.Error{Kind: sms.Permanent, Reason: sms.ReasonNumber}, false},
		"number's limit":    {&sms.Error{Kind: sms.Throttled, Reason: sms.ReasonFrequency}, false},
		"words":             {&sms.Error{Kind: sms.Permanent, Reason: sms.ReasonContent}, false},
	} {
		l := newLab(t, 100, 0)
		l.first.err = c.err
		if err := l.send(1); (err == nil) != c.elsewhere || (l.second.asked == 1) != c.elsewhere {
			t.Errorf("%s: error %v, second asked %d times", name, err, l.second.asked)
		}
	}
	l := newLab(t, 100, 0)
	l.first.err, l.second.err = &sms.Error{Kind: sms.Permanent, Reason: sms.ReasonTemplate}, out()
	if e := sms.AsError(l.send(1)); e.Kind != sms.Temporary {
		t.Errorf("a refusal by one and trouble at the other must stay retriable: %+v", e)
	}
}

func TestFailoverIgnoresGivingUp(t *testing.T) {
	l := newLab(t, 100, 0)
	l.first.err = out()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for range 9 {
		if _, err := l.Send(ctx, message()); err == nil {
			t.Fatal("sent")
		}
	}
	if s := l.Status()[0]; s.Open || s.ErrorsLastMinute != 0 || l.second.asked != 0 {
		t.Errorf("%+v", s)
	}
}

// Whatever happens, in whatever order: no message is refused while one provider works, shares stay within bounds, an
// open circuit is not asked, and long calm heals everything.
func TestFailoverProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLab(t, rapid.IntRange(0, 100).Draw(t, "first share"), rapid.IntRange(0, 100).Draw(t, "second share"))
		troubles := []error{nil, out(), errors.New("unknown"),
			&sms.Error{Kind: sms.Throttled, Reason: sms.ReasonQuota, RetryAfter: 1},
			&sms.Error{Kind: sms.Permanent, Reason: sms.ReasonNumber}}
		t.Repeat(map[string]func(*rapid.T){
			"time":  func(t *rapid.T) { l.now = l.now.Add(time.Duration(rapid.IntRange(0, 900).Draw(t, "s")) * time.Second) },
			"first": func(t *rapid.T) { l.first.err = rapid.SampledFrom(troubles).Draw(t, "trouble") },
			"draw":  func(t *rapid.T) { l.draw = rapid.IntRange(0, 199).Draw(t, "draw") },
			"send": func(t *rapid.T) {
				open, asked := l.Status()[0].Open, l.first.asked
				err := l.send(1)
				if err != nil && sms.AsError(err).Reason != sms.ReasonNumber {
					t.Fatalf("the second works, yet: %v", err)
				}
				if open && l.first.asked > asked {
					t.Fatal("an open circuit was asked")
				}
			},
			"": func(t *rapid.T) {
				for _, s := range l.Status() {
					if s.Share < 0 || s.Share > s.RestingShare || s.Open && (s.Share != 0 || !s.Until.After(l.now)) {
						t.Fatalf("%+v", s)
					}
				}
			},
		})
		l.now = l.now.Add(3 * time.Hour)
		for _, s := range l.Status() {
			if s.Share != s.RestingShare || s.Open || s.ErrorsLastMinute != 0 {
				t.Fatalf("after calm: %+v", s)
			}
		}
	})
}

// Two companies on one street: when the first is out of order, its messages go through the second.
func TestFailoverOverSockets(t *testing.T) {
	broken := start(t, func(s *smsgateway.Settings) { s.Down = fault.Always })
	sound := start(t, nil)
	f, err := sms.NewFailover(sms.FailoverConfig{ErrorsPerMinute: 3, Now: func() time.Time { return now }},
		sms.Provider{Name: "阿里云", Sender: broken.senders["aliyun"], Share: 100},
		sms.Provider{Name: "腾讯云", Sender: sound.senders["tencent"]})
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if receipt, err := f.Send(context.Background(), message()); err != nil || receipt.Provider != "tencent" {
			t.Fatalf("%+v, %v", receipt, err)
		}
	}
	if s := f.Status(); !s[0].Open || s[1].Open || len(sound.gateway.Messages()) != 10 {
		t.Errorf("%+v", s)
	}
}
