package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"wangban/internal/casework"
)

// The county's own machine is enough. With no name to be resolved and no host
// to be reached but this one, an agent's application is signed, reviewed and
// approved, and no page asks a browser to fetch anything from elsewhere.
//
func TestNothingFromOutside(t *testing.T) {
	transport, resolver := http.DefaultTransport, net.DefaultResolver
	t.Cleanup(func() { http.DefaultTransport, net.DefaultResolver = transport, resolver })
	http.DefaultTransport = &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		t.Errorf("the product calls %s", address)
		return nil, errors.New("there is no network")
	}}
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		t.Error("the product looks up a name")
		return nil, errors.New("there is no network")
	}}

	h := openHouse(t)
	c := h.cast("signed")
	c.do(c.id, "claim", h.officer("chenyan"), casework.Data{})
	c.do(c.id, "approve", h.officer("chenyan"), h.allRight(c.id))
	c.sweep(t.Context())

	elsewhere := regexp.MustCompile(`(?:src|href|action|data)="(?:https?:)?//([^"/]+)`)
	here := strings.TrimPrefix(h.server.URL, "http://")
	for _, path := range []string{"/", "/items", "/items/legal-person-account", "/items/legal-person-account/sheet", "/result", "/login", "/help/privacy", "/my", "/cases/" + c.id} {
		page := c.owner.get(path)
		if page.status != http.StatusOK {
			t.Errorf("%s: status %d", path, page.status)
		}
		if policy := page.header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'self'") || strings.Contains(policy, "http") {
			t.Errorf("%s: browsers may fetch from elsewhere: %s", path, policy)
		}
		for _, m := range elsewhere.FindAllStringSubmatch(page.body, -1) {
			if m[1] != here {
				t.Errorf("%s: leads to %s", path, m[1])
			}
		}
	}
}
