package main

import (
	"flag"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"wangban/internal/db"
)

var kills = flag.Int("kills", 5, "how often TestKilled kills the product; ./dev kill does it 50 times")

// The product is killed (kill -9) again and again while people act on it. What
// it has acknowledged is there, once; what it could not answer any more was
// done whole or not at all, and asking again with the same key does it once;
// every message of an act is on record, once, and is sent after the next start.
//
// This shows what dies with a process. That a commit also outlives the machine
// rests on SQLite's synchronous=FULL, which no test without a power switch
// shows.
func TestKilled(t *testing.T) {
	data := filepath.Join(t.TempDir(), "demo")
	start := func(more ...string) *product {
		return launch(t, append([]string{"demo", "--data", data, "--listen", "127.0.0.1:0", "--private", ""}, more...)...).ready(t)
	}
	p := start("--at", "2026-11-24T09:00") // a working morning: at night, notices wait
	c := newCrowd(t, p.url)
	w := &witness{T: t, data: data, crowd: c}
	for range *kills {
		c.act(func() {
			time.Sleep(time.Duration(20+rand.IntN(600)) * time.Millisecond) // the moment of the kill is the one thing left to chance
			p.kill()
		})
		w.look()
		p = start()
		c.url = p.url
		c.askAgain()
		c.tell(data)
	}
	p.stop(t)
	w.look()
	t.Log(say(t, "verify", "--data", data))
	t.Log(say(t, "verify", "log", "--data", data))
	t.Logf("%d kills: %d requests acknowledged, %d in flight when the process died, %d of them done all the same; asked again with the same key: %d",
		*kills, c.acknowledged, c.inFlight, w.doneUnanswered, c.again)
	t.Logf("%d messages on record, %d of them taken up again after a kill", w.messages, w.repeated)
	if c.inFlight == 0 {
		t.Error("no request was in flight at any kill: this has shown nothing")
	}
}

// A first start may die at any moment; the next one finishes what it began.
func TestKilledWhileStarting(t *testing.T) {
	for range max(2, *kills/5) {
		data := filepath.Join(t.TempDir(), "demo")
		args := []string{"demo", "--data", data, "--listen", "127.0.0.1:0", "--private", ""}
		for range 2 {
			p := launch(t, args...)
			time.Sleep(time.Duration(rand.IntN(500)) * time.Millisecond)
			p.kill()
		}
		p := launch(t, args...).ready(t)
		d, err := db.Open(t.Context(), "sqlite:"+filepath.Join(data, "wangban.db"))
		if err != nil {
			t.Fatal(err)
		}
		var staff, units int
		if err := d.Read().QueryRow(`SELECT (SELECT count(*) FROM account_staff), (SELECT count(*) FROM registry_entity)`).Scan(&staff, &units); err != nil {
			t.Error(err)
		}
		if staff == 0 || units == 0 {
			t.Errorf("the demo has %d members of staff and %d units", staff, units)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		p.stop(t)
	}
}

// crowd is people who apply at the same time.
type crowd struct {
	*testing.T
	url    string // of the product as it runs now
	people []*applicant

	acknowledged, inFlight, again int
}

func newCrowd(t *testing.T, url string) *crowd {
	c := &crowd{T: t, url: url}
	for range 16 {
		c.people = append(c.people, newApplicant(c))
	}
	return c
}

// each lets all people do something at once.
func (c *crowd) each(do func(a *applicant)) {
	var wg sync.WaitGroup
	for _, a := range c.people {
		wg.Go(func() { do(a) })
	}
	wg.Wait()
}

// act lets everybody go on applying until the product, which kill ends, does
// not answer any more.
func (c *crowd) act(kill func()) {
	c.Helper()
	over := make(chan struct{})
	go func() {
		defer close(over)
		kill()
	}()
	c.each(func(a *applicant) {
		for a.send(a.next()) {
			a.acknowledged = append(a.acknowledged, a.asked)
			a.asked = nil
		}
	})
	<-over
	for _, a := range c.people {
		c.acknowledged += len(a.acknowledged)
		if a.cutOff {
			c.inFlight++
		}
	}
	if c.Failed() {
		c.FailNow()
	}
}

// askAgain sends every request that got no answer once more, and also those
// that did, as somebody does who presses the button twice.
func (c *crowd) askAgain() {
	c.Helper()
	c.each(func(a *applicant) {
		unanswered := a.asked
		if !a.send(unanswered) {
			c.Errorf("%s is not answered after the restart", unanswered.path)
			return
		}
		a.asked = nil
		a.all = append(a.all, append(a.acknowledged, unanswered)...)
		for _, d := range a.acknowledged {
			before := d.location
			if !a.send(d) || d.acts[0] == "create" && d.location != before {
				c.Errorf("%s led to %s, asked again to %s", d.path, before, d.location)
			}
		}
		a.asked = nil
	})
	for _, a := range c.people {
		c.again += 1 + len(a.acknowledged)
		a.acknowledged = nil
	}
	if c.Failed() {
		c.FailNow()
	}
}

// tell waits until every message has been sent. The clock is moved on, so that
// the product notices those it was just sending when it died.
func (c *crowd) tell(data string) {
	c.Helper()
	for range 3 {
		r, err := c.people[0].client.PostForm(c.url+"/demo/clock", url.Values{"by": {"1m"}})
		if err != nil {
			c.Fatal(err)
		}
		_ = r.Body.Close()
	}
	d, err := db.Open(c.Context(), "sqlite:"+filepath.Join(data, "wangban.db"))
	if err != nil {
		c.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	var left int
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if err := d.Read().QueryRow(`SELECT count(*) FROM message WHERE state <> 'delivered'`).Scan(&left); err != nil {
			c.Fatal(err)
		}
		if left == 0 {
			return
		}
		if time.Now().After(end) {
			c.Fatalf("%d messages are stuck", left)
		}
	}
}
