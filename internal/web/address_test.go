package web_test

import (
	"net/http/httptest"
	"testing"

	"wangban/internal/web"
)

func TestClientAddress(t *testing.T) {
	for _, c := range []struct{ remote, trusted, forwarded, want string }{
		{"198.51.100.7:4711", "", "", "198.51.100.7"},
		{"198.51.100.7:4711", "", "203.0.113.1", "198.51.100.7"}, // what a client says of itself does not count
		{"127.0.0.1:4711", "", "", "127.0.0.1"},
		{"127.0.0.1:4711", "", "203.0.113.1", ""}, // a proxy nobody told us about
		{"10.0.0.2:4711", "", "203.0.113.1", ""},
		{"127.0.0.1:4711", "X-Forwarded-For", "203.0.113.9, 203.0.113.1", "203.0.113.1"},
		{"127.0.0.1:4711", "X-Forwarded-For", "", ""},
		{"127.0.0.1:4711", "X-Forwarded-For", "unknown", ""},
		{"[2001:db8:1:2:3:4:5:6]:4711", "", "", "2001:db8:1:2::/64"},
		{"[::1]:4711", "", "", "::1"},
		{"[::ffff:198.51.100.7]:4711", "", "", "198.51.100.7"},
		{"@", "", "", ""},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := web.ClientAddress(r, c.trusted); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}
