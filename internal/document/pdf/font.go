package pdf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"unicode"

	"golang.org/x/image/font/sfnt"

	"wangban/internal/document/fonts"
)

// Face is a TrueType font to embed. It can be used by many documents at once.
type Face struct {
	name    string
	tables  map[string][]byte
	glyphs  *sfnt.Font
	em      int // units of the font to one em
	count   int // of glyphs
	metrics int // of glyphs with a width of their own
	ascent  int
	descent int
}

// Sans is the typeface of every document.
var Sans = sync.OnceValue(func() *Face {
	f, err := ParseFace("NotoSansSC-Regular", fonts.Sans)
	if err != nil {
		panic(fmt.Sprintf("pdf: the embedded font: %v", err)) // a test reads it
	}
	return f
})

// ParseFace reads a font with TrueType outlines.
func ParseFace(name string, ttf []byte) (*Face, error) {
	glyphs, err := sfnt.Parse(ttf)
	if err != nil {
		return nil, err
	}
	f := &Face{name: name, glyphs: glyphs, tables: map[string][]byte{}, count: glyphs.NumGlyphs(), em: int(glyphs.UnitsPerEm())}
	for i := range int(binary.BigEndian.Uint16(ttf[4:])) {
		entry := ttf[12+16*i : 28+16*i]
		from, length := binary.BigEndian.Uint32(entry[8:]), binary.BigEndian.Uint32(entry[12:])
		f.tables[string(entry[:4])] = ttf[from : from+length] // sfnt.Parse has checked the bounds
	}
	for _, need := range []string{"glyf", "loca", "head", "hhea", "hmtx", "maxp"} {
		if f.tables[need] == nil {
			return nil, errors.New("pdf: the font has no table " + need)
		}
	}
	hhea := f.tables["hhea"]
	f.metrics = int(binary.BigEndian.Uint16(hhea[34:]))
	f.ascent = int(int16(binary.BigEndian.Uint16(hhea[4:])))
	f.descent = int(int16(binary.BigEndian.Uint16(hhea[6:])))
	return f, nil
}

func (f *Face) glyph(r rune) int {
	g, err := f.glyphs.GlyphIndex(nil, r)
	if err != nil {
		return 0
	}
	return int(g)
}

// Has tells whether the font has a glyph for a character.
func (f *Face) Has(r rune) bool { return f.glyph(r) != 0 }

// Unseen tells whether a character has no shape of its own: controls, joiners,
// and selectors of variants, which this room does not tell apart.
func Unseen(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r)
}

// Width is how wide a text is at a size in points. A character that the font
// does not have is drawn as a box of one em.
func (f *Face) Width(text string, size float64) float64 {
	total := 0
	for _, r := range text {
		total += f.advance(r)
	}
	return float64(total) * size / 1000
}

// advance is a character's width in thousandths of an em.
func (f *Face) advance(r rune) int {
	if Unseen(r) {
		return 0
	}
	if g := f.glyph(r); g != 0 {
		return f.width(g)
	}
	return 1000
}

func (f *Face) width(glyph int) int {
	i := min(glyph, f.metrics-1)
	return int(binary.BigEndian.Uint16(f.tables["hmtx"][4*i:])) * 1000 / f.em
}

// bearing is where a glyph's outline begins, as the font writes it.
func (f *Face) bearing(glyph int) []byte {
	at := 4*glyph + 2
	if glyph >= f.metrics {
		at = 4*f.metrics + 2*(glyph-f.metrics)
	}
	return f.tables["hmtx"][at : at+2]
}

// outline is a glyph's description in the font.
func (f *Face) outline(glyph int) []byte {
	loca, long := f.tables["loca"], f.tables["head"][51] == 1
	at := func(i int) int {
		if long {
			return int(binary.BigEndian.Uint32(loca[4*i:]))
		}
		return 2 * int(binary.BigEndian.Uint16(loca[2*i:]))
	}
	return f.tables["glyf"][at(glyph):at(glyph+1)]
}
