package pdf

import (
	"bytes"
	"errors"
	"fmt"
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
