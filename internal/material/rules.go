package material

import (
	"cmp"

	"wangban/internal/form"
)

// Kind is a kind of file that can be taken in: its media type.
type Kind string

// The kinds of files (domain sheet 2.2).
const (
	JPEG Kind = "image/jpeg"
	PNG  Kind = "image/png"
	WebP Kind = "image/webp"
	PDF  Kind = "application/pdf"
	OFD  Kind = "application/ofd" // 版式文档, GB/T 33190-2016
)

// extensions are what files are called when they are downloaded.
var extensions = map[Kind]string{JPEG: ".jpg", PNG: ".png", WebP: ".webp", PDF: ".pdf", OFD: ".ofd"}

// Rules are the bounds of what is taken in.
type Rules struct {
	MaxBytes     int64
	Kinds        []Kind
	MinShortSide int // in pixels; a smaller picture is taken in, with a hint
	MaxPixels    int // at most maxPixels
	MaxPages     int
}

const (
	// maxPixels bounds a picture.
	maxPixels = 50_000_000
	// maxMemory bounds what a picture takes while it is looked at, in bytes, and
	// allMemory what all of them take together; others wait. A photograph as
	// phones take it (4:2:0) can have 39 million pixels, a drawing as PNG 14.
	maxMemory = 56 << 20
	allMemory = 2 * maxMemory
)

// DefaultRules are those of the attachments of a registration (domain sheet 2.2).
func DefaultRules() Rules {
	return Rules{
		MaxBytes:     10 << 20,
		Kinds:        []Kind{JPEG, PNG, WebP, PDF, OFD},
		MinShortSide: form.DefaultMinSide,
		MaxPixels:    maxPixels,
		MaxPages:     100,
	}
}

// RulesFor are the default rules with what a question of a form says.
func RulesFor(f form.Field) Rules {
	r := DefaultRules()
	r.MinShortSide = cmp.Or(f.MinSide, r.MinShortSide)
	return r
}
