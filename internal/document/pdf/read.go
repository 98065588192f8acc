package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// File is a PDF being read.
type File struct {
	Trailer Dict
	data    []byte
	start   int         // of the newest table of objects
	at      map[int]int // where each object stands
}

// ErrForm is a file that is no PDF, is damaged, or is written in a way that
// this package does not read (compressed tables of objects, encryption).
var ErrForm = errors.New("pdf: the file is damaged, or written in a way that cannot be read here")

func damaged(what string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrForm, fmt.Sprintf(what, args...))
}

const (
	maxObjects = 200_000
	maxUpdates = 200
)

// Open reads the tables of a file.
func Open(data []byte) (*File, error) {
	f := &File{data: data, at: map[int]int{}}
	mark := bytes.LastIndex(data, []byte("startxref"))
	if !bytes.HasPrefix(data, []byte("%PDF-")) || mark < 0 {
		return nil, damaged("it does not begin and end as a PDF does")
	}
	l := &lexer{data: data, pos: mark + len("startxref")}
	start, ok := l.integer()
	if !ok {
		return nil, damaged("startxref is no number")
	}
	f.start = start
	seen := map[int]bool{}
	for next := start; ; {
		if seen[next] || len(seen) == maxUpdates {
			return nil, damaged("its tables go in a circle")
		}
		seen[next] = true
		trailer, err := f.table(next)
		if err != nil {
			return nil, err
		}
		if f.Trailer == nil {
			f.Trailer = trailer
		}
		prev, ok := trailer["Prev"].(int)
		if !ok {
			break
		}
		next = prev
	}
	if f.Trailer["Encrypt"] != nil {
		return nil, damaged("it is encrypted")
	}
	return f, nil
}

// table reads one table of objects with its trailer. Newer tables are read
// first, and what they say stays.
func (f *File) table(pos int) (Dict, error) {
	l := &lexer{data: f.data, pos: pos}
	if pos < 0 || pos >= len(f.data) || !l.word("xref") {
		return nil, damaged("there is no table of objects at %d", pos)
	}
	for !l.word("trailer") {
		first, ok := l.integer()
		count, ok2 := l.integer()
		if !ok || !ok2 || first < 0 || count < 0 || first+count > maxObjects {
			return nil, damaged("the table of objects at %d", pos)
		}
		for n := first; n < first+count; n++ {
			at, ok := l.integer()
			_, ok2 := l.integer()
			inUse := l.word("n")
			if !ok || !ok2 || !inUse && !l.word("f") {
				return nil, damaged("line %d of the table of objects at %d", n, pos)
			}
			if _, newer := f.at[n]; !newer {
				if !inUse {
					at = -1
				}
				f.at[n] = at
			}
		}
	}
	v, err := l.object(0)
	if err != nil {
		return nil, err
	}
	d, ok := v.(Dict)
	if !ok {
		return nil, damaged("the trailer is no dictionary")
	}
	return d, nil
}

func (f *File) size() int {
	size, _ := f.Trailer["Size"].(int)
	for n := range f.at {
		size = max(size, n+1)
	}
	return size
}

// Get follows references to an object. Streams come with their data as
// written.
func (f *File) Get(v any) (any, error) {
	for range 10 {
		r, ok := v.(Ref)
		if !ok {
			return v, nil
		}
		at, known := f.at[r.Number]
		if !known || at < 0 || at >= len(f.data) {
			return nil, nil // ISO 32000-1, 7.3.10: a reference to nothing is null
		}
		l := &lexer{data: f.data, pos: at}
		n, ok := l.integer()
		_, ok2 := l.integer()
		if !ok || !ok2 || n != r.Number || !l.word("obj") {
			return nil, damaged("object %d is not where the table says", r.Number)
		}
		var err error
		if v, err = l.object(0); err != nil {
			return nil, err
		}
		if d, isDict := v.(Dict); isDict && l.word("stream") {
			return f.stream(d, l.pos)
		}
	}
	return nil, damaged("references go in a circle")
}

func (f *File) stream(d Dict, pos int) (any, error) {
	rest := bytes.TrimPrefix(f.data[pos:], []byte("\r"))
	rest = bytes.TrimPrefix(rest, []byte("\n"))
	length, err := f.Get(d["Length"])
	n, ok := length.(int)
	if err != nil || !ok || n < 0 || n > len(rest) {
		return nil, damaged("a stream at %d without a length", pos)
	}
	return Stream{Dict: d, Data: rest[:n]}, nil
}

// Dict is Get for what must be a dictionary.
func (f *File) Dict(v any) (Dict, error) {
	v, err := f.Get(v)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case Dict:
		return v, nil
	case Stream:
		return v.Dict, nil
	}
	return nil, damaged("a dictionary is missing")
}

// Page finds page n, from 1.
func (f *File) Page(n int) (Ref, Dict, error) {
	catalog, err := f.Dict(f.Trailer["Root"])
	if err != nil {
		return Ref{}, nil, err
	}
	left, budget := n, maxObjects
	r, d, err := f.page(catalog["Pages"], &left, &budget, 0)
	if err == nil && d == nil {
		err = damaged("it has no page %d", n)
	}
	return r, d, err
}

func (f *File) page(v any, left, budget *int, depth int) (Ref, Dict, error) {
	d, err := f.Dict(v)
	if *budget--; err != nil || depth > 40 || *budget < 0 {
		return Ref{}, nil, errors.Join(err, damaged("the tree of pages"))
	}
	if d["Type"] == Name("Page") {
		*left--
		r, _ := v.(Ref)
		if *left > 0 {
			return r, nil, nil
		}
		return r, d, nil
	}
	kids, err := f.Get(d["Kids"])
	if err != nil {
		return Ref{}, nil, err
	}
	list, _ := kids.(Array)
	for _, kid := range list {
		if r, found, err := f.page(kid, left, budget, depth+1); err != nil || found != nil {
			return r, found, err
		}
	}
	return Ref{}, nil, nil
}

// lexer reads objects from text.
type lexer struct {
	data []byte
	pos  int
}

const delimiters = "()<>[]{}/%"

func space(c byte) bool {
	return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' '
}

func (l *lexer) skip() {
	for l.pos < len(l.data) {
		switch c := l.data[l.pos]; {
		case space(c):
			l.pos++
		case c == '%':
			for l.pos < len(l.data) && l.data[l.pos] != '\n' && l.data[l.pos] != '\r' {
				l.pos++
			}
		default:
			return
		}
	}
}

func (l *lexer) peek() byte {
	l.skip()
	if l.pos < len(l.data) {
		return l.data[l.pos]
	}
	return 0
}

func (l *lexer) token() string {
	l.skip()
	from := l.pos
	for l.pos < len(l.data) && !space(l.data[l.pos]) && bytes.IndexByte([]byte(delimiters), l.data[l.pos]) < 0 {
		l.pos++
	}
	return string(l.data[from:l.pos])
}

// word reads a word if it comes next.
func (l *lexer) word(w string) bool {
	back := l.pos
	if l.token() == w {
		return true
	}
	l.pos = back
	return false
}

func (l *lexer) integer() (int, bool) {
	back := l.pos
	n, err := strconv.Atoi(l.token())
	if err != nil {
		l.pos = back
	}
	return n, err == nil
}

func (l *lexer) object(depth int) (any, error) {
	if depth > 60 {
		return nil, damaged("objects within objects without end")
	}
	switch c := l.peek(); c {
	case '/':
		l.pos++
		return l.name(), nil
	case '(':
		return l.literal()
	case '[':
		l.pos++
		list := Array{}
		for l.peek() != ']' {
			v, err := l.object(depth + 1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		l.pos++
		return list, nil
	case '<':
		if bytes.HasPrefix(l.data[l.pos:], []byte("<<")) {
			l.pos += 2
			return l.dict(depth)
		}
		return l.hex()
	}
	return l.plain()
}

func (l *lexer) dict(depth int) (any, error) {
	d := Dict{}
	for l.peek() != '>' {
		if l.peek() != '/' {
			return nil, damaged("a key without a slash at %d", l.pos)
		}
		l.pos++
		key := l.name()
		v, err := l.object(depth + 1)
		if err != nil {
			return nil, err
		}
		d[key] = v
	}
	if !bytes.HasPrefix(l.data[l.pos:], []byte(">>")) {
		return nil, damaged("a dictionary without end at %d", l.pos)
	}
	l.pos += 2
	return d, nil
}

func (l *lexer) name() Name {
	raw := ""
	if l.pos < len(l.data) && !space(l.data[l.pos]) {
		raw = l.token()
	}
	var name []byte
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) {
			if v, err := strconv.ParseUint(raw[i+1:i+3], 16, 8); err == nil {
				name = append(name, byte(v))
				i += 2
				continue
			}
		}
		name = append(name, raw[i])
	}
	return Name(name)
}

func (l *lexer) hex() (any, error) {
	end := bytes.IndexByte(l.data[l.pos:], '>')
	if end < 0 {
		return nil, damaged("a string without end at %d", l.pos)
	}
	var digits []byte
	for _, c := range l.data[l.pos+1 : l.pos+end] {
		if !space(c) {
			digits = append(digits, c)
		}
	}
	if len(digits)%2 == 1 {
		digits = append(digits, '0')
	}
	out := make(Bytes, len(digits)/2)
	for i := range out {
		v, err := strconv.ParseUint(string(digits[2*i:2*i+2]), 16, 8)
		if err != nil {
			return nil, damaged("a string at %d", l.pos)
		}
		out[i] = byte(v)
	}
	l.pos += end + 1
	return out, nil
}

var escapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f'}

func (l *lexer) literal() (any, error) {
	out, open := Bytes{}, 0
	for ; l.pos < len(l.data); l.pos++ {
		c := l.data[l.pos]
		switch {
		case c == '\\' && l.pos+1 < len(l.data):
			l.pos++
			out = l.escaped(out)
			continue
		case c == '(':
			if open++; open == 1 {
				continue
			}
		case c == ')':
			if open--; open == 0 {
				l.pos++
				return out, nil
			}
		}
		out = append(out, c)
	}
	return nil, damaged("a string without end")
}

func (l *lexer) escaped(out Bytes) Bytes {
	c := l.data[l.pos]
	if c >= '0' && c <= '7' {
		v, n := 0, 0
		for ; n < 3 && l.pos+n < len(l.data) && l.data[l.pos+n] >= '0' && l.data[l.pos+n] <= '7'; n++ {
			v = v*8 + int(l.data[l.pos+n]-'0')
		}
		l.pos += n - 1
		return append(out, byte(v))
	}
	if c == '\n' {
		return out
	}
	if plain, ok := escapes[c]; ok {
		c = plain
	}
	return append(out, c)
}

// plain reads numbers, references and words.
func (l *lexer) plain() (any, error) {
	at := l.pos
	word := l.token()
	switch word {
	case "true", "false":
		return word == "true", nil
	case "null":
		return nil, nil
	}
	if n, err := strconv.Atoi(word); err == nil {
		back := l.pos
		if generation, ok := l.integer(); ok && n > 0 && l.word("R") {
			return Ref{n, generation}, nil
		}
		l.pos = back
		return n, nil
	}
	if v, err := strconv.ParseFloat(word, 64); err == nil {
		return v, nil
	}
	return nil, damaged("%q at %d", word, at)
}
