package main

import (
	"strings"
	"testing"
	"time"

	"wangban/internal/workday"
)

// At night no notice goes out. The agent is told until when the message waits,
// and that the link works without it.
// covers: C-30, R-071
func TestSignatureAskedForAtNight(t *testing.T) {
	h := openHouse(t)
	h.must(h.clock.Set(t.Context(), time.Date(2026, 11, 24, 22, 30, 0, 0, workday.Shanghai)))
	c := h.cast("signing")
	page := c.owner.get("/cases/" + c.id)
	for _, text := range []string{"夜间不发短信，将在11月25日08:00发出", "下面的网址现在就能用", "/s/" + c.names["token"]} {
		if !strings.Contains(page.body, text) {
			t.Errorf("the agent's page does not say %q", text)
		}
	}
	h.must(h.clock.Advance(t.Context(), 10*time.Hour))
	h.outbox.Start()
	defer h.outbox.Stop(t.Context())
	for deadline := time.Now().Add(time.Minute); strings.Contains(c.owner.get("/cases/"+c.id).body, "夜间不发短信"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the message still waits in the morning")
		}
	}
}
