package pdf

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
)

// Writer gathers objects and writes them as a new file or as an update of one.
type Writer struct {
	base    *File // nil for a new file
	objects map[int]any
	next    int
}

// NewWriter begins a new file.
func NewWriter() *Writer { return &Writer{objects: map[int]any{}, next: 1} }

// Update begins an update of a file: what is there stays as it is, byte for
// byte, and a new part follows.
func (f *File) Update() *Writer {
	return &Writer{base: f, objects: map[int]any{}, next: f.size()}
}

// Reserve gives a number to an object that is set later.
func (w *Writer) Reserve() Ref {
	w.next++
	return Ref{Number: w.next - 1}
}

// Set gives an object its value; in an update it may replace one of the file.
func (w *Writer) Set(r Ref, v any) { w.objects[r.Number] = v }

// Add takes an object in.
func (w *Writer) Add(v any) Ref {
	r := w.Reserve()
	w.Set(r, v)
	return r
}

// Bytes is the file. Root and info are its catalog and its description; in an
// update a zero Ref keeps those of the file. The file's ID follows from its
// content, so that equal documents are equal files.
func (w *Writer) Bytes(root, info Ref) []byte {
	var out []byte
	trailer := Dict{"Size": w.next, "Root": root, "Info": info}
	if w.base != nil {
		out = append(slices.Clone(w.base.data), '\n')
		trailer["Prev"] = w.base.start
		for _, key := range []Name{"Root", "Info"} {
			if trailer[key] == (Ref{}) {
				trailer[key] = w.base.Trailer[key]
			}
		}
	} else {
		out = append(out, "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"...)
	}
	if trailer["Info"] == nil || trailer["Info"] == (Ref{}) {
		delete(trailer, "Info")
	}
	numbers := slices.Sorted(maps.Keys(w.objects))
	at := map[int]int{}
	for _, n := range numbers {
		at[n] = len(out)
		out = fmt.Appendf(out, "%d 0 obj\n", n)
		out = append(Append(out, w.objects[n]), "\nendobj\n"...)
	}
	sum := sha256.Sum256(out)
	id := Array{Bytes(sum[:16]), Bytes(sum[:16])}
	if w.base != nil {
		if old, ok := w.base.Trailer["ID"].(Array); ok && len(old) == 2 {
			id[0] = old[0]
		}
	}
	trailer["ID"] = id
	start := len(out)
	out = append(out, "xref\n"...)
	if w.base == nil {
		out = append(out, "0 1\n0000000000 65535 f \n"...)
	}
	for i := 0; i < len(numbers); {
		run := 1
		for i+run < len(numbers) && numbers[i+run] == numbers[i]+run {
			run++
		}
		out = fmt.Appendf(out, "%d %d\n", numbers[i], run)
		for _, n := range numbers[i : i+run] {
			out = fmt.Appendf(out, "%010d 00000 n \n", at[n])
		}
		i += run
	}
	out = append(Append(append(out, "trailer\n"...), trailer), '\n')
	return fmt.Appendf(out, "startxref\n%d\n%%%%EOF\n", start)
}

// Find tells where the last occurrence of a written object stands, for filling
// in what can only be known when everything is written.
func Find(file, object []byte) (int, bool) {
	i := bytes.LastIndex(file, object)
	return i, i >= 0
}
