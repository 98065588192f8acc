package notify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"wangban/internal/db"
	"wangban/internal/notify/sms"
)

const (
	atOnce  = 16                     // messages of a lane that are with the carrier at one time
	poll    = 200 * time.Millisecond // how long a message lies unnoticed at most
	timeout = time.Minute            // of one handing over
)

// delivery is what Start has begun and Stop ends.
type delivery struct {
	rest  context.CancelFunc // take no more messages
	cut   context.CancelFunc // break off what is under way
	lanes sync.WaitGroup
}

// Start hands over what is due, now and from now on, until Stop. Codes have a
// lane of their own: a flood of notices must not stand before a code that
// somebody waits for. Several processes may hand over at once.
func (o *Outbox) Start() {
	taking, rest := context.WithCancel(context.Background())
	sending, cut := context.WithCancel(context.Background())
	w := &delivery{rest: rest, cut: cut}
	if !o.running.CompareAndSwap(nil, w) {
		panic("notify: started twice")
	}
	for _, k := range []kind{code, notice} {
		w.lanes.Go(func() { o.lane(taking, sending, k) })
	}
}

// Stop takes no more messages and waits for those under way until ctx ends;
// then it breaks them off, and they are tried again after the next start.
func (o *Outbox) Stop(ctx context.Context) {
	w := o.running.Swap(nil)
	if w == nil {
		return
	}
	w.rest()
	broken := context.AfterFunc(ctx, func() {
		o.logger.Warn("messages were not handed over in time and are broken off")
		w.cut()
	})
	w.lanes.Wait()
	broken()
	w.cut()
}

// lane hands messages of one kind over, as many at once as there are places.
func (o *Outbox) lane(taking, sending context.Context, k kind) {
	var running sync.WaitGroup
	defer running.Wait()
	places := make(chan struct{}, atOnce)
	for {
		select {
		case places <- struct{}{}:
		case <-taking.Done():
			return
		}
		free := 1 + cap(places) - len(places)
		for range free - 1 { // nobody else fills them
			places <- struct{}{}
		}
		taken, found, err := o.claim(taking, k, free)
		if err != nil && taking.Err() == nil {
			o.logger.Error("messages could not be taken up; the next look tries again", "error", err)
		}
		for range free - len(taken) {
			<-places
		}
		for _, r := range taken {
			running.Go(func() {
				defer func() { <-places }()
				o.handOver(sending, r)
			})
		}
		if found == free { // there may be more
			continue
		}
		select {
		case <-taking.Done():
			return
		case <-time.After(poll):
		}
	}
}

// handOver delivers one message. What goes wrong here leaves the row as taken,
// and it is taken again when it counts as lost.
func (o *Outbox) handOver(ctx context.Context, r row) {
	defer func() {
		if p := recover(); p != nil {
			o.logger.Error("handing a message over broke down", "id", r.id, "panic", p, "stack", string(debug.Stack()))
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if err := o.deliver(ctx, r); err != nil {
		o.logger.Error("what became of a message could not be recorded", "id", r.id, "error", err)
	}
}

// deliver gives a message that was claimed to the carrier and records what
// became of it. An error means that the database could not be reached; what a
// carrier answers is none.
func (o *Outbox) deliver(ctx context.Context, r row) error {
	if o.pace != nil {
		select {
		case <-o.pace.C:
		case <-ctx.Done():
		}
	}
	receipt, err := o.sender.Send(ctx, sms.Message{
		ID: r.id, To: r.payload.To, Sign: o.sign(), Template: r.template, Params: r.payload.Params, Text: o.signed(r.payload.Text),
	})
	// Whatever happened has happened: it is recorded also when the process
	// is being stopped.
	ctx = context.WithoutCancel(ctx)
	if err == nil {
		return o.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			return recordSent(ctx, tx, r.id, receipt, o.now())
		})
	}
	return o.notSent(ctx, r, sms.AsError(err))
}

// claim takes up to n messages of a kind that are due, and tells how many it
// found: the night or a number's share of the day may stand against some. That
// they are taken is durable before they go out, so no other process takes them
// too.
func (o *Outbox) claim(ctx context.Context, k kind, n int) (taken []row, found int, err error) {
	now := o.now()
	due, err := dueMessages(ctx, o.db.Read(), k, now, n)
	if err != nil || len(due) == 0 {
		return nil, 0, err
	}
	// Several processes lock rows in one order.
	slices.SortFunc(due, func(a, b dueMessage) int { return cmp.Compare(a.id, b.id) })
	until, quiet := o.settings.quiet(now)
	err = o.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		taken = nil
		for _, m := range due {
			if quiet && k == notice && !m.night {
				if err := holdDue(ctx, tx, m, holdNight, until); err != nil {
					return err
				}
				continue
			}
			r, mine, err := take(ctx, tx, o.vault, m, now.Add(o.settings.Lost))
			switch {
			case errors.Is(err, errUnreadable):
				o.logger.Error("a message cannot be sent", "error", err)
			case err != nil:
				return err
			case mine:
				taken = append(taken, r)
			}
		}
		if k == notice {
			taken, err = o.withinShares(ctx, tx, taken, now)
		}
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("take messages up: %w", err)
	}
	return taken, len(due), nil
}

// withinShares counts notices for their numbers, and holds those for which
// nothing is left today. One that is tried again counts once a day.
func (o *Outbox) withinShares(ctx context.Context, tx db.Tx, taken []row, now time.Time) (kept []row, err error) {
	slices.SortFunc(taken, func(a, b row) int { return cmp.Or(cmp.Compare(a.index, b.index), cmp.Compare(a.id, b.id)) })
	day := date(now)
	for _, r := range taken {
		ok := r.counted == day
		if !ok {
			if ok, err = o.count(ctx, tx, r, day); err != nil {
				return nil, err
			}
			if ok {
				err = markCounted(ctx, tx, r.id, day)
			} else {
				err = hold(ctx, tx, r.id, holdShare, o.settings.tomorrow(now))
			}
			if err != nil {
				return nil, err
			}
		}
		if ok {
			kept = append(kept, r)
		}
	}
	return kept, nil
}

// count takes one from the number's share of the day and from that of the
// message's template, or none when either is used up.
func (o *Outbox) count(ctx context.Context, tx db.Tx, r row, day string) (ok bool, err error) {
	if most := o.settings.PerNumber; most > 0 {
		if ok, err = countMessage(ctx, tx, r.index, day, "", most); err != nil || !ok {
			return false, err
		}
	}
	if most := r.payload.PerDay; most > 0 {
		if ok, err = countMessage(ctx, tx, r.index, day, r.template, most); err != nil {
			return false, err
		}
		if !ok && o.settings.PerNumber > 0 {
			return false, uncountMessage(ctx, tx, r.index, day, "")
		}
		return ok, nil
	}
	return true, nil
}

// notSent decides what becomes of a message the carrier did not take.
func (o *Outbox) notSent(ctx context.Context, r row, e *sms.Error) error {
	now := o.now()
	due := now.Add(max(o.settings.pause(r.attempts), e.RetryAfter))
	reason := holdRetry
	if e.MaybeSent {
		due, reason = now.Add(max(o.settings.Unsure, e.RetryAfter)), holdUnsure
	}
	over := e.Kind == sms.Permanent || due.Sub(r.created) > o.settings.giveUp(r.kind)
	o.logger.Warn("message not sent", "id", r.id, "template", r.template, "kind", e.Kind, "reason", e.Reason,
		"provider", e.Provider, "code", e.Code, "attempts", r.attempts, "given_up", over)
	return o.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		if over {
			return recordFailed(ctx, tx, r.id, string(e.Reason), e.Code, now)
		}
		return holdAfter(ctx, tx, r.id, reason, due, string(e.Reason), e.Code)
	})
}
