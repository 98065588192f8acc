package portal_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"wangban/internal/db"
)

// Somebody else's program reads the log over HTTP, proves every entry against
// the checkpoint, and checks a receipt: what is published is C2SP's, not ours.
func TestOutsideToolReadsTheLog(t *testing.T) {
	h := open(t)
	b := h.browser()
	id, _ := b.handedIn()
	const more = 600
	h.must(h.db.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
		for n := range more {
			record := sha256.Sum256(fmt.Append(nil, n))
			if err := h.log.Log(ctx, tx, "other", n, record[:]); err != nil {
				return err
			}
		}
		return nil
	}))
	_, err := h.log.Integrate(t.Context())
	h.must(err)

	v, err := note.NewVerifier(strings.TrimSpace(b.get("/log/key").body))
	h.must(err)
	policy := torchwood.ThresholdPolicy(2, torchwood.OriginPolicy(v.Name()), torchwood.SingleVerifierPolicy(v))
	c, _, err := torchwood.VerifyCheckpoint([]byte(b.get("/log/checkpoint").body), policy)
	h.must(err)
	fetcher, err := torchwood.NewTileFetcher(h.server.URL + "/log")
	h.must(err)
	client, err := torchwood.NewClient(fetcher)
	h.must(err)
	n := int64(0)
	for i, entry := range client.AllEntries(t.Context(), c.Tree, 0) {
		if i != n || len(entry) != sha256.Size {
			t.Fatalf("entry %d is number %d, of %d bytes", n, i, len(entry))
		}
		n++
	}
	h.must(client.Err())
	if n != c.N || n <= more {
		t.Errorf("%d entries read, the checkpoint has %d", n, c.N)
	}

	receipt := b.get(b.get("/cases/" + id).find(`href="(/cases/[^"]+/receipts/\d+\.json)"`)).is(http.StatusOK)
	var r struct {
		Said, Proof string
		Salt        []byte
	}
	h.must(json.Unmarshal([]byte(receipt.body), &r))
	m := hmac.New(sha256.New, r.Salt)
	m.Write([]byte(r.Said))
	if err := torchwood.VerifyProof(policy, tlog.RecordHash(m.Sum(nil)), []byte(r.Proof)); err != nil {
		t.Error(err)
	}
}
