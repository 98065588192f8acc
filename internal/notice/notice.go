// Package notice tells members of staff what colleagues have done and is theirs
// to know: an opinion is asked of their unit, a case was given to them, they
// stand in for somebody. Each notice (通知) stands on the workbench; whoever
// wants it, or whose unit does, gets an SMS too. Of a case they say its number
// and its item, never anything about people.
//
// It sends nothing: messages go the way of all others, with their quiet hours
// and caps (see notify). It decides nothing about cases and draws no pages.
package notice

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/base32"
	"fmt"
	"io/fs"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
)

//go:embed migrations
var migrations embed.FS

// Migrations are the room's tables.
var Migrations = func() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err)
	}
	return db.Migrations{Room: "notice", Files: files}
}()

// Kind is what a notice is about: one of casework's, or Substitute.
type Kind string

// Kinds of notices.
const (
	Asked      = Kind(casework.NoticeAsked)
	Reminded   = Kind(casework.NoticeReminded)
	Recalled   = Kind(casework.NoticeRecalled)
	Moved      = Kind(casework.NoticeMoved)
	Given      = Kind(casework.NoticeGiven)
	Visit      = Kind(casework.NoticeVisit)
	Substitute = Kind("substitute") // they stand in for somebody from one day to another
)

// Kinds are all of them.
var Kinds = []Kind{Asked, Reminded, Recalled, Moved, Given, Visit, Substitute}

// ForUnit tells notices for a unit from those for one of its members.
func (k Kind) ForUnit() bool {
	return k == Asked || k == Reminded || k == Recalled || k == Moved
}

// Notice is what somebody was told.
type Notice struct {
	ID, Staff    string
	Kind         Kind
	Case, Number string // of the case; empty of Substitute
	Item         string // its name in the library
	Away         string // for whom they stand in
	At, Until    time.Time
	Made, Seen   time.Time
	Texted       bool // by SMS, too
}

// Colleague is a member of staff who can be told something.
type Colleague struct {
	ID, Mobile string
	Leads      bool   // heads a unit
	Substitute string // who stands in for them, while they are away
}

// Whom of a unit gets an SMS of what is for the unit, where they have not
// chosen themselves.
type Whom string

// Choices of a unit. Leaders is everybody where nobody leads.
const (
	Everybody Whom = "everybody"
	Leaders   Whom = "leader"
	Nobody    Whom = "nobody"
)

// Options are what the room works with.
type Options struct {
	DB  *db.DB
	Now func() time.Time
	// Of are those who work in a unit; Who is one member of staff, false when
	// they are not at work any more.
	Of  func(ctx context.Context, unit string) ([]Colleague, error)
	Who func(ctx context.Context, id string) (Colleague, bool, error)
	// Whom says who of a unit gets an SMS.
	Whom func(unit string) Whom
	// Send takes messages that are about no case's act.
	Send casework.Outbox
	// Apart is how long after an SMS no other of the same kind goes to the same
	// person: who is given thirty cases at once finds the others on the workbench.
	Apart time.Duration
	// PerDay bounds the SMS of a kind to a number and day.
	PerDay int
}

// Room keeps notices. It is safe for concurrent use.
type Room struct{ Options }

// New opens the room.
func New(o Options) *Room {
	now := o.Now
	o.Now = func() time.Time { return now().Truncate(time.Microsecond) }
	return &Room{o}
}

// newID is sortable by time.
func newID(now time.Time) string {
	b := make([]byte, 10)
	_, _ = rand.Read(b)
	return fmt.Sprintf("%011x", now.UnixMilli()) + base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(b)
}
