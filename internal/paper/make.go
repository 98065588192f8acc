package paper

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/item"
)

// makePaper is the job that makes a document. It holds no more than where the
// row is.
type makePaper struct {
	Case  string `json:"case"`
	Seq   int    `json:"seq"`
	Place int    `json:"place"`
}

// Kind names the job in the database.
func (makePaper) Kind() string { return "paper.make" }

// InsertOpts bounds the tries.
func (makePaper) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: len(pauses) + 1} }

// pauses between tries, about nine hours in all: a store or a time-stamp
// service that is away comes back within a working day, or somebody has to see
// to it.
var pauses = []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 5 * time.Hour}

// Pause is how long to wait after so many tries.
func Pause(tries int) time.Duration { return pauses[min(max(tries, 1), len(pauses))-1] }

// Hopeless says that no repetition can mend an error.
func Hopeless(err error) error { return hopeless{err} }

type hopeless struct{ error }

func (h hopeless) Unwrap() error { return h.error }

type worker struct {
	river.WorkerDefaults[makePaper]
	room *Room
}

// Register makes the job queue able to make documents.
func (r *Room) Register(workers *river.Workers) { river.AddWorker(workers, &worker{room: r}) }

// NextRetry grows the pauses.
func (w *worker) NextRetry(job *river.Job[makePaper]) time.Time {
	return job.AttemptedAt.Add(w.room.Pause(job.Attempt))
}

// Work makes the job's document. An error means that another try follows.
func (w *worker) Work(ctx context.Context, job *river.Job[makePaper]) error {
	return w.room.work(ctx, job.Args, job.Attempt >= job.MaxAttempts)
}

func (r *Room) work(ctx context.Context, at makePaper, last bool) error {
	p, ok, err := r.Find(ctx, at.Case, at.Seq, at.Place)
	if err != nil || !ok || p.State != Waiting {
		return err
	}
	err = r.produce(ctx, p)
	if err == nil {
		return nil
	}
	// Whatever happened has happened: it is recorded also when the process is
	// being stopped. A try that was cut off by that does not count.
	stopped := ctx.Err() != nil
	ctx = context.WithoutCancel(ctx)
	var beyond hopeless
	var gone *casework.Refusal
	over := last || errors.As(err, &beyond) || errors.As(err, &gone)
	if stopped && !over {
		return err
	}
	if rerr := r.DB.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		return recordProblem(ctx, tx, r.Vault, p, say(err), over)
	}); rerr != nil {
		return errors.Join(err, rerr)
	}
	if !over {
		return err
	}
	// The text may speak of the case: it stays in the row.
	r.Logger.Warn("a document of an act could not be made; staff can let it be made again", "case", p.Case, "event", p.Seq, "document", p.Document)
	return nil
}

// say tells staff what happened. Where it is a layout's fault, its author needs
// the words.
func say(err error) string {
	var beyond hopeless
	var gone *casework.Refusal
	switch {
	case errors.As(err, &gone):
		return fmt.Sprintf(gone.Text, gone.Args...)
	case errors.As(err, &beyond):
		return beyond.Error()
	}
	return ""
}

// produce makes, seals and stores a document. Two may do so at the same time;
// the first stored is the one.
func (r *Room) produce(ctx context.Context, p Paper) (err error) {
	defer func() { // a layout must not take the job away without a word
		if panicked := recover(); panicked != nil {
			err = Hopeless(fmt.Errorf("%v", panicked))
		}
	}()
	s, it, e, err := r.At(ctx, p.Case, p.Seq)
	if err != nil {
		return err
	}
	content, err := r.Make(ctx, r.Draft(p, it, s, e))
	if err != nil {
		return err
	}
	file, err := r.Keep(ctx, name(p), "application/pdf", content)
	if err != nil {
		return err
	}
	return r.DB.Write(ctx, func(ctx context.Context, tx db.Tx) error { return recordMade(ctx, tx, p, file, r.Now(), r.Use) })
}

// Draft is what a document of an act is made from: the case as the event e left
// it, and what the layout can show of the act.
func (r *Room) Draft(p Paper, it *item.Item, s casework.State, e casework.Event) Draft {
	return Draft{
		State: s, Item: it, Paper: p, Extra: map[string]any{"paper": r.shows(p, it, s, e)}, Signer: r.Office().Name,
		Facts: map[string]string{"文书": p.Title, "文号": p.Number, "办件编号": s.Number},
	}
}

// name is that of the file, as it is downloaded.
func name(p Paper) string { return p.Title + p.Number + ".pdf" }
