package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// Who has chosen nothing gets what their device asks for, in every rule; who
// has chosen light or less gets that whatever the device says.
func TestModesOfTheDevice(t *testing.T) {
	for css, want := range map[string]string{
		`a { b: c }`: `a { b: c }`,
		`html[data-theme=dark] a:hover { b: c; }`: `html[data-theme=dark] a:hover { b: c; } @media screen and (prefers-color-scheme: dark) { html:not([data-theme]) a:hover { b: c; } }`,
		`html[data-contrast=more] { --a: b; }`:    `html[data-contrast=more] { --a: b; } @media screen and (prefers-contrast: more) { html:not([data-contrast]) { --a: b; } }`,
		`html[data-theme=dark][data-contrast=more] { --a: b; }`: `html[data-theme=dark][data-contrast=more] { --a: b; }` +
			` @media screen and (prefers-color-scheme: dark) { html:not([data-theme])[data-contrast=more] { --a: b; } }` +
			` @media screen and (prefers-contrast: more) { html[data-theme=dark]:not([data-contrast]) { --a: b; } }` +
			` @media screen and (prefers-color-scheme: dark) and (prefers-contrast: more) { html:not([data-theme]):not([data-contrast]) { --a: b; } }`,
	} {
		if got := string(asTheDevice([]byte(css))); got != want {
			t.Errorf("%s becomes\n%s, not\n%s", css, got, want)
		}
	}
	css := string(assets()["wb.css"].plain)
	for _, m := range modes {
		if n, again := strings.Count(css, "html"+m.chosen), strings.Count(css, "html"+m.open); n == 0 || again < n {
			t.Errorf("%s stands in %d rules, and %d times for the device", m.chosen, n, again)
		}
	}

	for set, want := range map[string]string{"light": "zh..light.", "dark": "zh..dark.", "less": "zh...less", "more": "zh...more"} {
		r := httptest.NewRequest(http.MethodPost, "/display", strings.NewReader(url.Values{"set": {set}, "back": {"/"}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		SetDisplay(w, r.WithContext(WithChrome(r.Context(), &Chrome{Lang: Chinese})))
		cookie := w.Result().Cookies()[0]
		if cookie.Value != want {
			t.Errorf("%s keeps %q, not %q", set, cookie.Value, want)
		}
		again := httptest.NewRequest(http.MethodGet, "/", nil)
		again.AddCookie(cookie)
		var c Chrome
		readDisplay(again, &c)
		if c.Theme+c.Contrast != set {
			t.Errorf("%s is read as %q and %q", set, c.Theme, c.Contrast)
		}
	}
}
