// Package demo is the stage on which anyone can try the product (演示台): people
// to be, the phone that gets the messages, the clock that can be moved, the
// outbox, filled-in applications to begin with, and a gallery of the parts
// that screens are made of. It is served in the demo only; nothing of it is
// compiled into the way of a real case, which passes the same door as ever.
package demo

import (
	"context"
	_ "embed"
	"net/http"
	"time"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/notify"
	"wangban/internal/sim"
	"wangban/internal/web"
)

//go:embed en.yaml
var English []byte

// Password is that of everybody in the demo; see also county/staff-demo.yaml.
const Password = "Wangban-2026"

// Demo serves the stage.
type Demo struct {
	Door   *casework.Door
	Items  *item.Library
	House  func() casework.House
	Clock  *sim.Clock
	Outbox *notify.Outbox
	// Sweep does what is due; it is called when the clock has been moved.
	Sweep func(ctx context.Context)
	// Workday is the end of the n-th workday from an instant.
	Workday func(start time.Time, n int) time.Time

	Staff    func(ctx context.Context) ([]account.Member, error)
	UnitName func(unit string) string
	People   func(ctx context.Context) ([]Registered, error) // who has an account already
	Entities func(ctx context.Context) ([]Entity, error)     // units in the base, to apply with
	// Become logs the browser in as somebody, or out of everything.
	Become func(w http.ResponseWriter, r *http.Request, kind, id string) error
	// Picture is a sample document, stored as if it had been uploaded.
	Picture func(ctx context.Context, s Specimen) (form.File, error)
}

// Registered is a person with the unit they act for.
type Registered struct{ ID, Name, Unit, Role string }

// Entity is a unit of the entity base.
type Entity struct {
	USCC, Name, Representative, Status string
	Kind, Town                         string
	Living                             bool // may apply
}

// Routes adds the stage's addresses.
func (d *Demo) Routes(mux *web.Mux) {
	web.AddEnglish(English)
	mux.HandleFunc("GET /demo", d.stage)
	mux.HandleFunc("POST /demo/be", d.be)
	mux.HandleFunc("POST /demo/start", d.start)
	mux.HandleFunc("POST /demo/clock", d.moveClock)
	mux.HandleFunc("GET /demo/phone", d.phones)
	mux.HandleFunc("GET /demo/phone/{number}", d.phone)
	mux.HandleFunc("GET /demo/outbox", d.outbox)
	mux.HandleFunc("GET /demo/gallery", d.gallery)
}
