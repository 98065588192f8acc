package signing

import (
	"context"
	_ "embed"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/signing/face"
	"wangban/internal/vault"
)

// English are this room's texts in English.
//
//go:embed en.yaml
var English []byte

// Room is where people sign.
type Room struct {
	db    *db.DB
	door  *casework.Door
	vault *vault.Vault
	now   func() time.Time
	Options
}

// Options are what signing needs from other rooms.
type Options struct {
	// SendCode and CheckCode are one-time codes for a purpose.
	SendCode  func(ctx context.Context, mobile, purpose string) error
	CheckCode func(ctx context.Context, mobile, purpose, code string) error
	// Face compares faces; nil where the installation has no provider: then a
	// picture is kept for the reviewer's eye.
	Face face.Verifier
	// Evidence takes in a picture of the signer and makes the safe copy that the
	// reviewer sees. Its error tells the person what to do.
	Evidence func(ctx context.Context, picture []byte) (form.File, error)
	// Keep stores a file and returns it by its content.
	Keep func(ctx context.Context, name, kind string, content []byte) (form.File, error)
	// Letter makes the document to be signed from the case and tells where the
	// signature goes. The same answers make the same document.
	Letter func(ctx context.Context, s casework.State, it *item.Item, document string) (pdf []byte, box Box, err error)
	// Seal puts the signature into the document.
	Seal func(ctx context.Context, l Letter) (Sealed, error)
	// BaseURL is how the portal is reached, for coming back from a provider.
	BaseURL func() string
}

// Box is where on a page the signature goes, in PDF points from the lower left
// corner. Pages count from 1.
type Box struct {
	Page       int
	X, Y, W, H float64
}

// Letter is a document with what its signature says.
type Letter struct {
	PDF        []byte
	Box        Box
	Signer     string            // name
	SignerID   string            // masked number
	Facts      map[string]string // label → value: what the signature covers
	Drawing    []byte            // PNG of the hand signature; nil when the name was typed
	TypedName  string
	Method     face.Method
	At         time.Time
	CaseNumber string
}

// Sealed is a signed document.
type Sealed struct {
	PDF    []byte
	Serial string // of the certificate
}

// New opens the room.
func New(d *db.DB, door *casework.Door, v *vault.Vault, now func() time.Time, o Options) *Room {
	return &Room{db: d, door: door, vault: v, now: now, Options: o}
}
