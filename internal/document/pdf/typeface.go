package pdf

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unicode"
)

// Typeface is what text is set in: the embedded font and, character by
// character, others for what it lacks. It can be used by many documents at once.
type Typeface struct {
	sans *Face
	more []func() *Face // in the order in which they are asked, each read when it is first needed
}

// Plain is the embedded font alone.
func Plain() *Typeface { return &Typeface{sans: Sans()} }

// With is the typeface with further fonts behind those that it has.
func (t *Typeface) With(faces ...*Face) *Typeface {
	out := &Typeface{sans: t.sans, more: append([]func() *Face(nil), t.more...)}
	for _, f := range faces {
		out.more = append(out.more, func() *Face { return f })
	}
	return out
}

// WithFiles is the typeface with the fonts of files behind those that it has. A
// file that is no font is an error now. The files are read again when a
// character is first looked for in them, as they are large and most documents
// need none; what can be read no more then has no glyphs.
func (t *Typeface) WithFiles(paths ...string) (*Typeface, error) {
	out := t.With()
	for _, path := range paths {
		if _, err := readFace(path); err != nil {
			return nil, fmt.Errorf("font %s: %w", path, err)
		}
		out.more = append(out.more, sync.OnceValue(func() *Face {
			f, err := readFace(path)
			if err != nil {
				return nil
			}
			return f
		}))
	}
	return out, nil
}

func readFace(path string) (*Face, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	return ParseFace(strings.Map(func(r rune) rune { // as names in a PDF are
		if r > ' ' && r < 0x7f && !strings.ContainsRune("()<>[]{}/%#+", r) {
			return r
		}
		return '-'
	}, name), file)
}

// face is the font that has a character; nil when none has.
func (t *Typeface) face(r rune) *Face {
	if t.sans.Has(r) {
		return t.sans
	}
	for _, read := range t.more {
		if f := read(); f != nil && f.Has(r) {
			return f
		}
	}
	return nil
}

// Has tells whether one of the fonts has a glyph for a character.
func (t *Typeface) Has(r rune) bool { return t.face(r) != nil }

// Lacks are the characters of a text that none of the fonts has, each once.
func (t *Typeface) Lacks(text string) (missing []rune) {
	seen := map[rune]bool{}
	for _, r := range text {
		if seen[r] || Unseen(r) || unicode.IsSpace(r) || t.Has(r) {
			continue
		}
		seen[r] = true
		missing = append(missing, r)
	}
	return missing
}

// Width is how wide a text is at a size in points. A character that no font has
// is drawn as a box of one em.
func (t *Typeface) Width(text string, size float64) float64 {
	total := 0
	for _, r := range text {
		total += t.advance(r)
	}
	return float64(total) * size / 1000
}

// advance is a character's width in thousandths of an em.
func (t *Typeface) advance(r rune) int {
	if Unseen(r) {
		return 0
	}
	if f := t.face(r); f != nil {
		return f.width(f.glyph(r))
	}
	return 1000
}

// Fonts are the parts of a typeface that one document uses.
type Fonts struct {
	typeface *Typeface
	subsets  []*Subset // the embedded font first, the others as they were first used
}

// Fonts begins a document's part of the typeface.
func (t *Typeface) Fonts() *Fonts { return &Fonts{typeface: t, subsets: []*Subset{t.sans.subset()}} }

// of is the part of a font, and its number on pages.
func (s *Fonts) of(f *Face) (*Subset, int) {
	for i, known := range s.subsets {
		if known.face == f {
			return known, i + 1
		}
	}
	s.subsets = append(s.subsets, f.subset())
	return s.subsets[len(s.subsets)-1], len(s.subsets)
}

// Put writes the fonts into a file, after all text has been drawn: what pages
// call them.
func (s *Fonts) Put(w *Writer) Dict {
	all := Dict{}
	for i, part := range s.subsets {
		all[Name(fmt.Sprintf("F%d", i+1))] = part.put(w)
	}
	return all
}
