package signing

import (
	"context"
	_ "embed"
	"errors"
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
	// Keep stores a file and returns it by its content.
	Keep func(ctx context.Context, name, kind string, content []byte) (form.File, error)
	// Letter makes the document to be signed from the case.
	Letter func(ctx context.Context, s casework.State, it *item.Item, document string) (pdf []byte, err error)
	// Seal puts the signature into the document.
	Seal func(ctx context.Context, l Letter) (Sealed, error)
	// BaseURL is how the portal is reached, for coming back from a provider.
	BaseURL func() string
}

// Letter is a document with what its signature says.
type Letter struct {
	PDF        []byte
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

// Why a link does not lead to signing.
var (
	ErrNoLink  = errors.New("没有这个签名链接。核对短信里的网址，或请代理人重新发一次。")
	ErrOldLink = errors.New("链接已失效，请使用最新短信里的链接。")
)
