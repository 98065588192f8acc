package pdf

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
)

// Subset is the part of a font that one document uses. Characters are numbered
// in the order in which they first appear, each with a number of its own, so
// that the text can be searched and copied as it was written, characters
// outside the basic plane included.
type Subset struct {
	face   *Face
	number map[rune]int
	runes  []rune // by number; 0 for parts of other glyphs
	glyphs []int  // by number: the glyph in the font
}

// subset begins a document's part of the font.
func (f *Face) subset() *Subset {
	return &Subset{face: f, number: map[rune]int{}, runes: []rune{0}, glyphs: []int{0}}
}

func (s *Subset) code(r rune) int {
	n, ok := s.number[r]
	if !ok {
		n = len(s.glyphs)
		s.number[r] = n
		s.runes, s.glyphs = append(s.runes, r), append(s.glyphs, s.face.glyph(r))
	}
	return n
}

// put writes the font into a file, after all text has been drawn.
func (s *Subset) put(w *Writer) Ref {
	f := s.face
	file := s.file() // may take in parts of composed glyphs: before the widths
	sum := sha256.Sum256(file)
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	name := Name(string(tag) + "+" + f.name)
	widths := Array{}
	for _, g := range s.glyphs {
		widths = append(widths, f.width(g))
	}
	head := f.tables["head"]
	box := Array{}
	for i := range 4 {
		box = append(box, int(int16(binary.BigEndian.Uint16(head[36+2*i:])))*1000/f.em)
	}
	descriptor := w.Add(Dict{
		"Type": Name("FontDescriptor"), "FontName": name, "Flags": 4, "FontBBox": box, "ItalicAngle": 0,
		"Ascent": f.ascent * 1000 / f.em, "Descent": f.descent * 1000 / f.em, "CapHeight": 733, "StemV": 80,
		"FontFile2": w.Add(Stream{Dict: Dict{"Length1": len(file)}, Data: file}),
	})
	descendant := w.Add(Dict{
		"Type": Name("Font"), "Subtype": Name("CIDFontType2"), "BaseFont": name, "FontDescriptor": descriptor,
		"CIDSystemInfo": Dict{"Registry": Bytes("Adobe"), "Ordering": Bytes("Identity"), "Supplement": 0},
		"CIDToGIDMap":   Name("Identity"), "DW": 1000, "W": Array{0, widths},
	})
	return w.Add(Dict{
		"Type": Name("Font"), "Subtype": Name("Type0"), "BaseFont": name, "Encoding": Name("Identity-H"),
		"DescendantFonts": Array{descendant}, "ToUnicode": w.Add(Stream{Data: s.unicode()}),
	})
}

// unicode tells readers which character each number stands for.
func (s *Subset) unicode() []byte {
	var b bytes.Buffer
	b.WriteString("/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n" +
		"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n" +
		"/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n" +
		"1 begincodespacerange <0000> <FFFF> endcodespacerange\n")
	var lines []string
	for n, r := range s.runes {
		if r != 0 {
			lines = append(lines, fmt.Sprintf("<%04X> <%X>\n", n, utf16Bytes(string(r), false)))
		}
	}
	for part := range slices.Chunk(lines, 100) { // the most that one block may hold
		fmt.Fprintf(&b, "%d beginbfchar\n", len(part))
		for _, line := range part {
			b.WriteString(line)
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap CMapName currentdict /CMap defineresource pop end end\n")
	return b.Bytes()
}

// file is a TrueType font of the used glyphs alone.
func (s *Subset) file() []byte {
	f := s.face
	parts := map[int]int{} // glyph in the font → number, for parts of composed glyphs
	var glyf []byte
	var loca []byte
	for n := 0; n < len(s.glyphs); n++ {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		glyf = append(glyf, s.outline(n, parts)...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	var hmtx []byte
	for _, g := range s.glyphs {
		i := min(g, f.metrics-1)
		hmtx = append(hmtx, f.tables["hmtx"][4*i:4*i+2]...)
		hmtx = append(hmtx, f.bearing(g)...)
	}
	head, hhea, maxp := bytes.Clone(f.tables["head"]), bytes.Clone(f.tables["hhea"]), bytes.Clone(f.tables["maxp"])
	if f.curved { // its own tells nothing of points
		maxp = make([]byte, 32)
		binary.BigEndian.PutUint32(maxp, 0x00010000)
		for _, most := range []struct{ at, n int }{{6, 0xFFFF}, {8, 0xFFFF}, {14, 2}} { // points, contours, zones
			binary.BigEndian.PutUint16(maxp[most.at:], uint16(most.n))
		}
	}
	binary.BigEndian.PutUint32(head[8:], 0)
	head[50], head[51] = 0, 1
	binary.BigEndian.PutUint16(hhea[34:], uint16(len(s.glyphs)))
	binary.BigEndian.PutUint16(maxp[4:], uint16(len(s.glyphs)))
	tables := map[string][]byte{"glyf": glyf, "loca": loca, "hmtx": hmtx, "head": head, "hhea": hhea, "maxp": maxp}
	for _, hints := range []string{"cvt ", "fpgm", "prep"} {
		if t := f.tables[hints]; t != nil && !f.curved {
			tables[hints] = t
		}
	}
	return joinTables(tables)
}

// outline is the glyph of a number; the parts it is composed of get numbers
// too, behind the others.
func (s *Subset) outline(n int, parts map[int]int) []byte {
	out := bytes.Clone(s.face.outline(s.glyphs[n]))
	if len(out) < 10 || int16(binary.BigEndian.Uint16(out)) >= 0 {
		return out
	}
	const words, scale, more, scaleXY, matrix = 0x1, 0x8, 0x20, 0x40, 0x80
	for at := 10; at+4 <= len(out); {
		flags, glyph := binary.BigEndian.Uint16(out[at:]), int(binary.BigEndian.Uint16(out[at+2:]))
		part, ok := parts[glyph]
		if !ok {
			part = len(s.glyphs)
			parts[glyph] = part
			s.runes, s.glyphs = append(s.runes, 0), append(s.glyphs, glyph)
		}
		binary.BigEndian.PutUint16(out[at+2:], uint16(part))
		at += 6
		if flags&words != 0 {
			at += 2
		}
		switch {
		case flags&scale != 0:
			at += 2
		case flags&scaleXY != 0:
			at += 4
		case flags&matrix != 0:
			at += 8
		}
		if flags&more == 0 {
			break
		}
	}
	return out
}

// joinTables writes a TrueType file.
func joinTables(tables map[string][]byte) []byte {
	names := slices.Sorted(maps.Keys(tables))
	power, log := 1, 0
	for power*2 <= len(names) {
		power, log = power*2, log+1
	}
	out := binary.BigEndian.AppendUint32(nil, 0x00010000)
	for _, v := range []int{len(names), 16 * power, log, 16*len(names) - 16*power} {
		out = binary.BigEndian.AppendUint16(out, uint16(v))
	}
	at := 12 + 16*len(names)
	var body []byte
	for _, name := range names {
		t := tables[name]
		out = append(out, name...)
		out = binary.BigEndian.AppendUint32(out, checksum(t))
		out = binary.BigEndian.AppendUint32(out, uint32(at+len(body)))
		out = binary.BigEndian.AppendUint32(out, uint32(len(t)))
		body = append(body, t...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	return append(out, body...)
}

func checksum(t []byte) uint32 {
	var sum uint32
	for i := 0; i < len(t); i += 4 {
		var word [4]byte
		copy(word[:], t[i:])
		sum += binary.BigEndian.Uint32(word[:])
	}
	return sum
}
