// Package account knows who people are to the installation: natural persons,
// the organisations (法人用户) they act for, mandates (授权), members of staff
// with their roles, sessions, one-time codes, passkeys and log-in.
//
// An organisation's account comes into being as the effect account.open of an
// approved case; this room decides whether the unit is still free. It knows no
// item: which answers mean what is told by the item's flow.
package account

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/base32"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"wangban/internal/db"
	"wangban/internal/vault"
)

//go:embed migrations
var migrations embed.FS

//go:embed en.yaml
var English []byte

// Migrations are the room's tables.
var Migrations = func() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err)
	}
	return db.Migrations{Room: "account", Files: files}
}()

// Room keeps accounts.
type Room struct {
	db      *db.DB
	vault   *vault.Vault
	now     func() time.Time
	limits  Limits
	send    SendCode
	standIn func(ctx context.Context, tx db.Tx, a Absence) error
	party   *webauthn.WebAuthn // nil where passkeys do not work
}

// SendCode hands a code to whoever delivers messages, in the transaction that
// stores it.
type SendCode func(ctx context.Context, tx db.Tx, mobile, code string) error

// Options wires a Room.
type Options struct {
	DB     *db.DB
	Vault  *vault.Vault
	Now    func() time.Time
	Limits Limits
	Send   SendCode
	// StandIn tells who stands in for somebody that they do, in the transaction
	// that records it; nil: nobody does.
	StandIn func(ctx context.Context, tx db.Tx, a Absence) error
	URL     string // how people reach the pages; passkeys are bound to it
	Name    string // of the portal, as devices show it beside a passkey
}

// New opens the room.
func New(o Options) *Room {
	if o.Limits == (Limits{}) {
		o.Limits = DefaultLimits
	}
	go nobody() // ready before the first log-in
	return &Room{db: o.DB, vault: o.Vault, now: o.Now, limits: o.Limits, send: o.Send, standIn: o.StandIn, party: o.relyingParty()}
}

// Refusal is an act on an account turned down: what happened and what to do,
// in Chinese, with fmt verbs for Args.
type Refusal struct {
	Text  string
	Args  []any
	Pause bool // too soon for another code, while one that was sent for the same is still good
}

func (r *Refusal) Error() string { return fmt.Sprintf(r.Text, r.Args...) }

func refuse(text string, args ...any) *Refusal { return &Refusal{Text: text, Args: args} }

func newID() string {
	b := make([]byte, 15)
	_, _ = rand.Read(b)
	return strings.ToLower(base32.StdEncoding.EncodeToString(b))
}

// record appends to the account's history.
func (r *Room) record(ctx context.Context, tx db.Tx, actor, act, uscc, person, note string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO account_event (id, at, actor, act, uscc, person, note) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		newID(), db.Micros(r.now()), actor, act, uscc, person, note)
	return err
}
