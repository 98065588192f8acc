// Package paper makes the documents of acts (文书): the notice of acceptance
// (受理通知书), the notice of what to correct (补正告知书), the decision not to
// grant (不予许可决定书), whatever an act of an item names under `papers`.
//
// A document gets its official number (文号) in the transaction of its act; the
// PDF is made, sealed and stored by a job afterwards. What it says follows from
// the number and from the case as the act left it, so that a try again makes
// the same document, and nothing that goes wrong here holds up or undoes an
// act. A try that failed is repeated with growing pauses. What no repetition
// can mend, such as a layout that speaks of what is not there, is shown to
// staff, who try again when it has been mended.
//
// It knows no item and no law: the words are in the layouts, the pattern of
// numbers in the installation's description. It lays out no pages and holds no
// keys; Options gives it who does. Licences are not its matter (see licence).
package paper

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/jobs"
	"wangban/internal/vault"
)

//go:embed migrations
var migrations embed.FS

// Migrations are the room's tables.
var Migrations = func() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err)
	}
	return db.Migrations{Room: "paper", Files: files}
}()

// Paper is a document of an act.
type Paper struct {
	Case       string
	Seq, Place int // the event it is made of, and which of its documents it is, from 0
	Document   string
	Title      string
	Number     string    // 文号; "" when documents of its kind have none
	Acted      time.Time // when the act was done
	State      State
	Tries      int
	Problem    string // why the last try did not succeed, for staff
	Made       time.Time
	File       form.File // once it is made
}

// State is how far a document is.
type State string

// States.
const (
	Waiting State = "waiting" // it is being made
	Made    State = "made"
	Failed  State = "failed" // no try will follow by itself
	Erased  State = "erased" // the case is forgotten
)

// Stuck tells whether staff may let it be made again: it has failed, or should
// have been there long ago.
func (p Paper) Stuck(now time.Time) bool {
	return p.State == Failed || p.State == Waiting && (p.Tries > 0 || now.Sub(p.Acted) > overdue)
}

// overdue is when a document should be there, even after a busy hour.
const overdue = 15 * time.Minute

// Room makes and keeps documents of acts.
type Room struct{ Options }

// Options are what the room needs from others.
type Options struct {
	DB      *db.DB
	Vault   *vault.Vault
	Jobs    *jobs.Queue
	Now     func() time.Time
	Logger  *slog.Logger
	Pattern func() Pattern
	Office  func() Office
	// House names the units of the administration.
	House func() casework.House
	// At is a case as an event left it; see casework.Door.At.
	At func(ctx context.Context, caseID string, seq int) (casework.State, *item.Item, casework.Event, error)
	// Make lays the document out and seals it. An error that no repetition can
	// mend is wrapped with Hopeless.
	Make func(ctx context.Context, d Draft) (pdf []byte, err error)
	// Keep stores a file and returns it by its content.
	Keep func(ctx context.Context, name, kind string, content []byte) (form.File, error)
	// Use records in a transaction that a case uses a file; nil: nobody counts.
	Use func(ctx context.Context, tx db.Tx, caseID, hash string) error
	// Pause is how long to wait before the next try; nil: Pause.
	Pause func(tries int) time.Duration
}

// Office is who issues documents, as they say it.
type Office struct {
	Name   string
	Remedy string // how a decision can be challenged, and until when (行政许可法 38)
}

// Draft is a document to be made.
type Draft struct {
	State  casework.State
	Item   *item.Item
	Paper  Paper
	Extra  map[string]any // what the layout can show beside the case; see Names
	Facts  map[string]string
	Signer string // who seals
}

// New opens the room.
func New(o Options) *Room {
	if o.Pause == nil {
		o.Pause = Pause
	}
	return &Room{o}
}

// Of lists the documents of a case, in the order of its acts.
func (r *Room) Of(ctx context.Context, caseID string) ([]Paper, error) {
	return list(ctx, r.DB.Read(), r.Vault, `case_id = $1 ORDER BY seq, place`, caseID)
}

// Find is one document; false when there is none.
func (r *Room) Find(ctx context.Context, caseID string, seq, place int) (Paper, bool, error) {
	found, err := list(ctx, r.DB.Read(), r.Vault, `case_id = $1 AND seq = $2 AND place = $3`, caseID, seq, place)
	if err != nil || len(found) == 0 {
		return Paper{}, false, err
	}
	return found[0], true, nil
}

// Failed are documents that nobody will make until somebody sees to it, the
// oldest first; for the operator.
func (r *Room) Failed(ctx context.Context, most int) ([]Paper, error) {
	return list(ctx, r.DB.Read(), r.Vault, `state = 'failed' ORDER BY acted, case_id, seq, place LIMIT $1`, most)
}
