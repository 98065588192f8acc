package web

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"strings"
)

// Visitor is who is on the other side of a request, as the session tells it.
type Visitor struct {
	Session string   // of the browser; never empty inside a request
	Address string   // of the client, for counting; never logged; may be empty
	Person  string   // account, when logged in
	Name    string   // masked
	Cases   []string // cases a code by SMS has opened for this browser
	Units   []string // organisations the person acts for
	Staff   *Officer // when logged in to the workbench
}

// Officer is the member of staff of a session.
type Officer struct {
	ID, Name, Unit, UnitName string
	Roles                    []string
	Units                    []string // whose cases they may handle; "*" is every unit
	For                      []string // who is away and they stand in for
}

type visitorKey struct{}

// WithVisitor attaches the visitor to a context.
func WithVisitor(ctx context.Context, v Visitor) context.Context {
	return context.WithValue(ctx, visitorKey{}, v)
}

// VisitorOf reads the visitor of a request.
func VisitorOf(ctx context.Context) Visitor {
	v, _ := ctx.Value(visitorKey{}).(Visitor)
	return v
}

// NewKey is a fresh name for an act, put into the form that leads to it:
// sending the form twice does the act once.
func NewKey() string {
	b := make([]byte, 15)
	_, _ = rand.Read(b)
	return strings.ToLower(base32.StdEncoding.EncodeToString(b))
}
