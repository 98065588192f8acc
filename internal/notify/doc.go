// Package notify tells people what happened to their case. Messages are
// written into an outbox in the transaction of the act that causes them, so a
// message exists exactly when its act does; they are then handed to the company
// that carries them (notify/sms), and delivery reports come back.
//
// The outbox's row is the truth about a message: what it says, whom it is for,
// how far it came, and when it is to be looked at next. Whatever is due is taken
// up (Start), be it new, held for the morning, tried again, or lost with its
// process. A message is handed over at least once: after a crash in the very
// moment of sending it may go out twice, it is never lost.
//
// Which message goes to whom, in which words, is said by the service item;
// the room adds when (the night is quiet), how often, and the signature.
// Numbers and texts are sealed; a number can be looked up by its blind index.
package notify

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/notify/sms"
	"wangban/internal/vault"
)

// Outbox keeps messages and sees them delivered. It is safe for concurrent
// use, also by several processes on one database.
type Outbox struct {
	db       *db.DB
	vault    *vault.Vault
	sender   sms.Sender
	sign     func() string
	now      func() time.Time
	settings Settings
	logger   *slog.Logger
	pace     *time.Ticker
	tidied   atomic.Pointer[string] // the day Tidy last had something to do
	running  atomic.Pointer[delivery]
}

// Options wires an Outbox.
type Options struct {
	DB       *db.DB
	Vault    *vault.Vault
	Sender   sms.Sender       // who carries the messages
	Demo     bool             // instead of a Sender: nobody gets anything, the demo's phone shows it (see Phone)
	Sign     func() string    // the signature (签名), without 【】
	Now      func() time.Time // the installation's clock
	Settings Settings         // zero: DefaultSettings
	Logger   *slog.Logger
}

// New opens the outbox.
func New(o Options) (*Outbox, error) {
	box := &Outbox{db: o.DB, vault: o.Vault, sender: o.Sender, sign: o.Sign, now: o.Now,
		settings: o.Settings.orDefault(), logger: o.Logger}
	switch {
	case o.Demo:
		box.sender = demoSender{box}
	case o.Sender == nil:
		return nil, errors.New("notify: no sender of messages")
	}
	if n := box.settings.PerSecond; n > 0 {
		box.pace = time.NewTicker(time.Second / time.Duration(n))
	}
	return box, nil
}

// Enqueue puts the messages of an act into the outbox, in the act's
// transaction; it is the door's casework.Outbox. The same act enqueues once.
func (o *Outbox) Enqueue(ctx context.Context, tx db.Tx, caseID string, seq int, messages []casework.Message) error {
	now := o.now()
	until, quiet := o.settings.quiet(now)
	for i, m := range messages {
		r := row{id: newID(now, i), caseID: caseID, seq: seq, place: i, kind: notice, party: m.Party, owner: m.Owner, template: m.Template,
			night: m.Night, state: Queued, due: now, created: now, payload: payload{To: m.To, Params: m.Params, Text: m.Text, PerDay: m.PerDay}}
		if quiet && !m.Night {
			r.state, r.hold, r.due = Held, holdNight, until
		}
		if err := o.insert(ctx, tx, r); err != nil {
			return err
		}
	}
	return nil
}

// Code is a verification code (验证码) on its way to a phone.
type Code struct {
	Case     string // "" when it belongs to none
	To       string // mobile number, 11 digits
	Template string
	Params   map[string]string
	Text     string // with the code, without the signature
}

// SendCode sends a verification code: before all notices, at night too, not
// counted (whoever makes codes limits them), and not after it has become
// useless (Settings.CodeGiveUp).
func (o *Outbox) SendCode(ctx context.Context, tx db.Tx, c Code) (id string, err error) {
	now := o.now()
	r := row{id: newID(now, 0), caseID: c.Case, kind: code, template: c.Template, night: true, created: now,
		state: Queued, due: now, payload: payload{To: c.To, Params: c.Params, Text: c.Text}}
	return r.id, o.insert(ctx, tx, r)
}

func (o *Outbox) insert(ctx context.Context, tx db.Tx, r row) error {
	r.index = o.vault.Index("mobile", r.payload.To)
	r.segments = cn.SMSSegments(o.signed(r.payload.Text))
	if err := insertMessage(ctx, tx, o.vault, r); err != nil {
		return fmt.Errorf("put message %s into the outbox: %w", r.template, err)
	}
	return nil
}

// signed is the text as it stands on the phone.
func (o *Outbox) signed(text string) string { return "【" + o.sign() + "】" + text }

// newID is sortable by time and place and tells nothing about the case: it
// goes out to the carrier and comes back in its reports.
func newID(now time.Time, place int) string {
	random := make([]byte, 10)
	_, _ = rand.Read(random)
	return fmt.Sprintf("%011x%02x", now.UnixMilli(), place) + base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(random)
}
