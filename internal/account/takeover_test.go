package account_test

import (
	"slices"
	"testing"
	"time"
)

// The link of an assisted case: only the newest, for a day, once; looking
// changes nothing.
//
func TestTakeover(t *testing.T) {
	both(t, func(h *house) {
		ctx := h.Context()
		old, _, err := h.OfferTakeover(ctx, "case-1")
		h.must(err)
		token, until, err := h.OfferTakeover(ctx, "case-1")
		h.must(err)
		if len(token) < 22 || !until.Equal(friday.Add(24*time.Hour)) {
			h.Errorf("the token %q is good until %v", token, until)
		}
		_, err = h.Takeover(ctx, old)
		h.refused(err, "换了新的")
		_, err = h.Takeover(ctx, "")
		h.refused(err, "换了新的")
		other, _, err := h.OfferTakeover(ctx, "case-2")
		h.must(err)

		h.wait(24*time.Hour - time.Microsecond)
		for range 2 {
			id, err := h.Takeover(ctx, token)
			h.must(err)
			if id != "case-1" {
				h.Errorf("the link is of %s", id)
			}
		}
		cookie, s := h.begin()
		for range 2 { // a repeat does no harm
			h.must(h.UseTakeover(ctx, token, s.ID, "case-1"))
		}
		if in, _ := h.session(cookie); !slices.Equal(in.Cases, []string{"case-1"}) {
			h.Errorf("opened cases: %v", in.Cases)
		}
		_, err = h.Takeover(ctx, token)
		h.refused(err, "已经用过")
		_, err = h.Takeover(ctx, other)
		h.must(err)
		h.wait(time.Microsecond)
		_, err = h.Takeover(ctx, other)
		h.refused(err, "过了有效期")
	})
}
