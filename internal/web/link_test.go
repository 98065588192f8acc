package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"wangban/internal/web"
)

// Phones take Chinese without a space before it for a part of the address.
func TestAddressWithWordsBehind(t *testing.T) {
	mux := &web.Mux{}
	mux.HandleFunc("GET /s/{token}", web.Address("/s/", func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(r.PathValue("token")))
	}))
	for _, c := range []struct{ name, leads string }{
		{"m062n5s6pfqf", ""}, {"aB3-dE_5", ""},
		{"m062n5s6pfqf刷脸签署授权委托书。非本人授权请拒签。", "/s/m062n5s6pfqf"},
		{"m062n5s6pfqf，", "/s/m062n5s6pfqf"}, {"m062n5s6pfqf.", "/s/m062n5s6pfqf"}, {"m062n5s6pfqf ", "/s/m062n5s6pfqf"},
		{"m062n5s6pfqf\xe5", "/s/m062n5s6pfqf"}, // cut within a character
		{"刷脸", ""},                              // there is no name to lead to
	} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/s/"+url.PathEscape(c.name), nil))
		if got := w.Header().Get("Location"); got != c.leads || (c.leads == "") != (w.Code == http.StatusOK) {
			t.Errorf("%q: status %d, leads to %q", c.name, w.Code, got)
		}
	}
}
