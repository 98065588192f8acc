package document

import (
	"context"
	"fmt"

	"github.com/klippa-app/go-pdfium/requests"
)

// PlacesOf is where the lines of a PDF stand: page, left, top, right, bottom.
func PlacesOf(ctx context.Context, file []byte) ([]string, error) {
	var out []string
	err := open(ctx, file, func(o opened) error {
		for n := range o.pages {
			places, err := o.engine.GetPageTextStructured(&requests.GetPageTextStructured{
				Page: o.page(n), Mode: requests.GetPageTextStructuredModeRects,
			})
			if err != nil {
				return err
			}
			for _, r := range places.Rects {
				p := r.PointPosition
				out = append(out, fmt.Sprintf("%d: %.1f %.1f %.1f %.1f", n+1, p.Left, p.Top, p.Right, p.Bottom))
			}
		}
		return nil
	})
	return out, err
}
