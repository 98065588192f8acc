package desk

import (
	"context"
	"net/url"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/licence"
	"wangban/internal/web"
)

// reusedView is where a file comes from that the applicant has given before and
// used again with consent.
type reusedView struct {
	From, URL string // the case, or the licence, and where it is looked up
	Licence   bool
	Given     string // when it was handed in there
	Consent   string
	Until     string // last day on which it is valid; "" without end
	Over      string // why it is not valid any more; "" it is
}

// reused tells whether a file was given before, and whether it still counts
// today; nil where it was uploaded for this case.
func (d *Desk) reused(ctx context.Context, s casework.State, field, hash string) *reusedView {
	for _, r := range s.Reused {
		if r.Field != field || r.Hash != hash {
			continue
		}
		v := &reusedView{From: r.From, URL: "/desk/all?q=" + url.QueryEscape(r.From), Licence: r.Licence, Consent: web.Moment(ctx, r.At)}
		if !r.Given.IsZero() {
			v.Given = web.Date(ctx, r.Given)
		}
		if last, err := time.ParseInLocation(time.DateOnly, r.Until, form.Shanghai); err == nil {
			v.Until = web.Date(ctx, last)
			if !d.Now().Before(last.AddDate(0, 0, 1)) {
				v.Over = web.T(ctx, "已经过了有效期")
			}
		}
		if r.Licence {
			v.URL = "/desk/licences?number=" + url.QueryEscape(r.From)
			if l, ok, err := d.Licence(ctx, r.From); err != nil {
				panic(err)
			} else if ok && l.Status != licence.Valid {
				v.Over = web.Tf(ctx, "这份证照现在是“%s”", web.T(ctx, l.Status.Label()))
			}
		}
		return v
	}
	return nil
}
