// Package material takes in what people hand in (材料): pictures, PDF and OFD
// documents. What a file is, its content tells, never its name. The original
// is kept as it came; screens show a clean copy made here, in which nothing of
// the uploader's bytes, place or camera is left. It also lets a person go on
// with an upload on the phone (上传接力).
//
// It does not know which documents an item asks for, puts no file into a case
// (the screen does, through the door), and reads no text in them.
package material

import (
	"context"
	_ "embed"
	"image"
	"io"
	"time"

	"golang.org/x/sync/semaphore"

	"wangban/internal/blob"
	"wangban/internal/db"
)

// English are this room's texts in English.
//
//go:embed en.yaml
var English []byte

// Render draws the first page of a PDF and counts its pages.
type Render func(ctx context.Context, pdf io.ReaderAt, size int64) (pages int, first image.Image, err error)

// Scan looks for malware and names what it finds; "" when there is none. An
// error means that it could not look.
type Scan func(ctx context.Context, r io.Reader) (virus string, err error)

// Options are what the room works with.
type Options struct {
	DB    *db.DB
	Files *blob.Store
	Now   func() time.Time
	// Render may be nil: then a PDF's structure is checked, and it has no view.
	Render Render
	// Scan may be nil: then files are not searched for malware.
	Scan Scan
}

// Room takes in files. It is safe for concurrent use.
type Room struct {
	Options
	memory *semaphore.Weighted // of the pictures that are looked at, bytes
}

// New opens the room.
func New(o Options) *Room {
	return &Room{Options: o, memory: semaphore.NewWeighted(allMemory)}
}
