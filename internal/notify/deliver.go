package notify

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"wangban/internal/db"
	"wangban/internal/jobs"
	"wangban/internal/notify/sms"
)

// deliver is the job that hands messages over. It holds ids only: texts and
// numbers stay sealed in their rows.
type deliver struct {
	IDs    []string `json:"ids"`
	Urgent bool     `json:"urgent,omitempty"`
}

// Kind names the job in the database.
func (deliver) Kind() string { return "notify.deliver" }

// InsertOpts lets codes pass notices.
func (d deliver) InsertOpts() river.InsertOpts {
	if d.Urgent {
		return river.InsertOpts{Queue: jobs.Urgent}
	}
	return river.InsertOpts{}
}

type worker struct {
	river.WorkerDefaults[deliver]
	box *Outbox
}

// Register makes the job queue able to deliver messages.
func (o *Outbox) Register(workers *river.Workers) { river.AddWorker(workers, &worker{box: o}) }

// Work delivers the job's messages. An error means that the database could
// not be reached, and the job comes again; what a carrier answers is recorded
// in the row and is no error here.
func (w *worker) Work(ctx context.Context, job *river.Job[deliver]) error {
	var errs []error
	for _, id := range job.Args.IDs {
		errs = append(errs, w.box.deliver(ctx, id))
	}
	return errors.Join(errs...)
}

// deliver hands one message to the carrier, if it still has to be and may be
// now.
func (o *Outbox) deliver(ctx context.Context, id string) error {
	r, ok, err := o.claim(ctx, id)
	if err != nil || !ok {
		return err
	}
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
			return recordSent(ctx, tx, id, receipt, o.now())
		})
	}
	return o.notSent(ctx, r, sms.AsError(err))
}

// errShare says that a number had its share of the day.
var errShare = errors.New("the number had its share of messages today")

// claim takes a queued message for sending, unless the night or the number's
// share of the day stands against it.
func (o *Outbox) claim(ctx context.Context, id string) (r row, ok bool, err error) {
	now := o.now()
	err = o.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		r, ok, err = takeQueued(ctx, tx, o.vault, id, now.Add(o.settings.Lost))
		if err != nil || !ok || r.kind == code {
			return err
		}
		if until, quiet := o.settings.quiet(now); quiet && !r.night {
			ok = false
			return hold(ctx, tx, id, holdNight, until)
		}
		return o.count(ctx, tx, r, now)
	})
	if errors.Is(err, errShare) {
		ok, err = false, o.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			return hold(ctx, tx, id, holdShare, o.settings.tomorrow(now))
		})
	}
	return r, ok, err
}

// count takes one from the number's share of the day, once a day for a
// message that is tried again.
func (o *Outbox) count(ctx context.Context, tx db.Tx, r row, now time.Time) error {
	day := date(now)
	if r.counted == day {
		return nil
	}
	shares := []struct {
		template string
		most     int
	}{{"", o.settings.PerNumber}, {r.template, r.payload.PerDay}}
	for _, s := range shares {
		if s.most == 0 {
			continue
		}
		n, err := countMessage(ctx, tx, r.index, day, s.template)
		if err != nil {
			return err
		}
		if n > s.most {
			return errShare // and the transaction takes the counting back
		}
	}
	return markCounted(ctx, tx, r.id, day)
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
