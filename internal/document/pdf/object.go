// Package pdf writes PDF files, reads as much of them as adding a signature
// takes, and appends to them without touching a byte of what is there
// (ISO 32000-1). It knows objects, text in an embedded font, lines and
// pictures; not what a document says (document) nor who signs it (seal).
package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
	"unicode/utf16"
)

// Objects are nil, bool, int, float64, Name, Bytes, Text, Array, Dict, Ref,
// Stream and Raw.
type (
	// Name is a PDF name without its slash.
	Name string
	// Bytes is a string of bytes.
	Bytes []byte
	// Text is a string for people; it is written in UTF-16.
	Text string
	// Array is a list of objects.
	Array []any
	// Dict is a dictionary; it is written in the order of its keys, so that
	// equal documents are equal files.
	Dict map[Name]any
	// Ref points to an object.
	Ref struct{ Number, Generation int }
	// Stream is data with a dictionary. It is compressed when written, unless
	// the dictionary names a filter.
	Stream struct {
		Dict Dict
		Data []byte
	}
	// Raw is written as it is.
	Raw []byte
)

// Append writes an object behind b.
func Append(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case float64:
		return append(b, number(v)...)
	case Name:
		return appendName(b, v)
	case Bytes:
		return fmt.Appendf(b, "<%s>", hex.EncodeToString(v))
	case Text:
		return Append(b, Bytes(utf16Bytes(string(v), true)))
	case Ref:
		return fmt.Appendf(b, "%d %d R", v.Number, v.Generation)
	case Raw:
		return append(b, v...)
	case Array:
		b = append(b, '[')
		for i, e := range v {
			if i > 0 {
				b = append(b, ' ')
			}
			b = Append(b, e)
		}
		return append(b, ']')
	case Dict:
		b = append(b, "<<"...)
		for _, k := range slices.Sorted(maps.Keys(v)) {
			b = append(appendName(append(b, ' '), k), ' ')
			b = Append(b, v[k])
		}
		return append(b, " >>"...)
	case Stream:
		return appendStream(b, v)
	}
	panic(fmt.Sprintf("pdf: %T is no object", v))
}

func appendName(b []byte, n Name) []byte {
	b = append(b, '/')
	for i := range len(n) {
		if c := n[i]; c <= ' ' || c > '~' || bytes.IndexByte([]byte("#()<>[]{}/%"), c) >= 0 {
			b = fmt.Appendf(b, "#%02X", c)
		} else {
			b = append(b, c)
		}
	}
	return b
}

func appendStream(b []byte, s Stream) []byte {
	dict, data := maps.Clone(s.Dict), s.Data
	if dict == nil {
		dict = Dict{}
	}
	if dict["Filter"] == nil {
		var squeezed bytes.Buffer
		z := zlib.NewWriter(&squeezed)
		_, _ = z.Write(data) // into memory
		_ = z.Close()
		dict["Filter"], data = Name("FlateDecode"), squeezed.Bytes()
	}
	dict["Length"] = len(data)
	b = append(Append(b, dict), "\nstream\n"...)
	return append(append(b, data...), "\nendstream"...)
}

// number is how lengths are written: at most three decimals.
func number(v float64) string {
	s := strconv.FormatFloat(v, 'f', 3, 64)
	s = string(bytes.TrimRight([]byte(s), "0"))
	s = string(bytes.TrimSuffix([]byte(s), []byte(".")))
	if s == "-0" || s == "" {
		return "0"
	}
	return s
}

func utf16Bytes(s string, mark bool) []byte {
	var b []byte
	if mark {
		b = append(b, 0xfe, 0xff)
	}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u>>8), byte(u))
	}
	return b
}

// String reads a string for people back.
func (b Bytes) String() string {
	if !bytes.HasPrefix(b, []byte{0xfe, 0xff}) {
		return string(b)
	}
	var units []uint16
	for i := 2; i+1 < len(b); i += 2 {
		units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
	}
	return string(utf16.Decode(units))
}

// Date is an instant as PDF writes it, in its own zone.
func Date(t time.Time) Bytes {
	zone := t.Format("-07'00'")
	if _, offset := t.Zone(); offset == 0 {
		zone = "Z"
	}
	return Bytes("D:" + t.Format("20060102150405") + zone)
}

// ParseDate reads what Date has written.
func ParseDate(b Bytes) (time.Time, error) {
	s := string(b)
	for _, layout := range []string{"D:20060102150405-07'00'", "D:20060102150405-07'00", "D:20060102150405Z"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("pdf: %q is no date", s)
}
