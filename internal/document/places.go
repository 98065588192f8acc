package document

import "wangban/internal/document/pdf"

// Box is a place on a page, in points from its lower left corner. Pages count
// from 1.
type Box struct {
	Page       int
	X, Y, W, H float64
}

// placesKey holds the places for signatures in the catalog of a file (a private
// key as ISO 32000-1, annex E allows), so that the file alone is enough to sign.
const placesKey = "WANGBAN_Places"

func places(boxes map[string]Box) pdf.Dict {
	d := pdf.Dict{}
	for name, b := range boxes {
		d[pdf.Name(name)] = pdf.Array{b.Page, b.X, b.Y, b.W, b.H}
	}
	return d
}

// Places are the places for signatures in a document that Make has made, signed
// or not.
func Places(file []byte) (map[string]Box, error) {
	f, err := pdf.Open(file)
	if err != nil {
		return nil, err
	}
	catalog, err := f.Dict(f.Trailer["Root"])
	if err != nil {
		return nil, err
	}
	boxes := map[string]Box{}
	d, _ := catalog[placesKey].(pdf.Dict)
	for name, v := range d {
		if a, ok := v.(pdf.Array); ok && len(a) == 5 {
			page, _ := a[0].(int)
			boxes[string(name)] = Box{Page: page, X: length(a[1]), Y: length(a[2]), W: length(a[3]), H: length(a[4])}
		}
	}
	return boxes, nil
}

// length reads a number that may have been written without decimals.
func length(v any) float64 {
	if n, ok := v.(int); ok {
		return float64(n)
	}
	f, _ := v.(float64)
	return f
}
