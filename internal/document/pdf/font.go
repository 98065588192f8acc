package pdf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font/sfnt"

	"wangban/internal/document/fonts"
)

// Face is a font to embed. It can be used by many documents at once.
type Face struct {
	name    string
	tables  map[string][]byte
	glyphs  *sfnt.Font
	curved  bool // its outlines are PostScript's
	em      int  // units of the font to one em
	metrics int  // of glyphs with a width of their own
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

// ParseFace reads a font: TrueType, OpenType with PostScript outlines, or a
// collection of either, of which the one for simplified Chinese is taken where
// there is one, otherwise the first.
func ParseFace(name string, file []byte) (*Face, error) {
	at, glyphs, err := directory(file)
	if err != nil {
		return nil, err
	}
	f := &Face{name: name, glyphs: glyphs, tables: map[string][]byte{}, em: int(glyphs.UnitsPerEm())}
	for i := range int(binary.BigEndian.Uint16(file[at+4:])) {
		entry := file[at+12+16*i : at+28+16*i]
		from, length := binary.BigEndian.Uint32(entry[8:]), binary.BigEndian.Uint32(entry[12:])
		if uint64(from)+uint64(length) > uint64(len(file)) {
			return nil, errors.New("pdf: a table of the font lies outside the file")
		}
		f.tables[string(entry[:4])] = file[from : from+length]
	}
	need := []string{"head", "hhea", "hmtx", "maxp", "glyf", "loca"}
	if f.curved = f.tables["CFF "] != nil; f.curved {
		need = need[:4]
	}
	for _, table := range need {
		if f.tables[table] == nil {
			return nil, errors.New("pdf: the font has no table " + table)
		}
	}
	hhea := f.tables["hhea"]
	if len(hhea) < 36 || len(f.tables["head"]) < 54 || len(f.tables["maxp"]) < 6 {
		return nil, errors.New("pdf: a table of the font is too short")
	}
	f.metrics = int(binary.BigEndian.Uint16(hhea[34:]))
	if f.metrics == 0 || len(f.tables["hmtx"]) < 4*f.metrics {
		return nil, errors.New("pdf: the font does not tell how wide its glyphs are")
	}
	f.ascent = int(int16(binary.BigEndian.Uint16(hhea[4:])))
	f.descent = int(int16(binary.BigEndian.Uint16(hhea[6:])))
	return f, nil
}

// directory finds where in a file a font begins.
func directory(file []byte) (at int, glyphs *sfnt.Font, err error) {
	if !bytes.HasPrefix(file, []byte("ttcf")) {
		glyphs, err = sfnt.Parse(file)
		return 0, glyphs, err
	}
	all, err := sfnt.ParseCollection(file)
	if err != nil {
		return 0, nil, err
	}
	best := 0
	for i := range all.NumFonts() {
		if glyphs, err = all.Font(i); err != nil {
			return 0, nil, err
		}
		if family, err := glyphs.Name(nil, sfnt.NameIDFamily); err == nil && strings.HasSuffix(family, " SC") {
			best = i
			break
		}
	}
	if glyphs, err = all.Font(best); err != nil {
		return 0, nil, err
	}
	at = int(binary.BigEndian.Uint32(file[12+4*best:]))
	return at, glyphs, nil
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
	if at+2 > len(f.tables["hmtx"]) {
		return []byte{0, 0}
	}
	return f.tables["hmtx"][at : at+2]
}

// outline is a glyph's description in the font, as TrueType writes it. A glyph
// that cannot be read is empty.
func (f *Face) outline(glyph int) []byte {
	if f.curved {
		return f.straightened(glyph)
	}
	loca, long := f.tables["loca"], f.tables["head"][51] == 1
	at := func(i int) int {
		switch {
		case long && 4*i+4 <= len(loca):
			return int(binary.BigEndian.Uint32(loca[4*i:]))
		case !long && 2*i+2 <= len(loca):
			return 2 * int(binary.BigEndian.Uint16(loca[2*i:]))
		}
		return -1
	}
	from, to := at(glyph), at(glyph+1)
	if from < 0 || to < from || to > len(f.tables["glyf"]) {
		return nil
	}
	return f.tables["glyf"][from:to]
}
