package demo

import (
	"net/http"
	"regexp"

	"wangban/internal/notify"
	"wangban/internal/web"
)

// phones lists the numbers that got something.
func (d *Demo) phones(w http.ResponseWriter, r *http.Request) {
	numbers, err := d.Outbox.Numbers(r.Context())
	if err != nil {
		panic(err)
	}
	web.Render(w, r, http.StatusOK, phonesPage(numbers))
}

// phone is the SMS phone (短信手机) of one number.
func (d *Demo) phone(w http.ResponseWriter, r *http.Request) {
	number := r.PathValue("number")
	shown, err := d.Outbox.Phone(r.Context(), number)
	if err != nil {
		panic(err)
	}
	web.Render(w, r, http.StatusOK, phonePage(number, shown))
}

// outbox lists the newest messages of all cases as the operator sees them:
// numbers masked, with what became of each.
func (d *Demo) outbox(w http.ResponseWriter, r *http.Request) {
	recent, err := d.Outbox.Recent(r.Context(), 100)
	if err != nil {
		panic(err)
	}
	counts, err := d.Outbox.Counts(r.Context())
	if err != nil {
		panic(err)
	}
	web.Render(w, r, http.StatusOK, outboxPage(recent, counts))
}

// part is a piece of a message: text, or an address.
type part struct{ Text, URL string }

var address = regexp.MustCompile(`https?://[!-~]+`)

// parts make the addresses in a message clickable, as phones do.
func parts(text string) []part {
	var out []part
	at := 0
	for _, m := range address.FindAllStringIndex(text, -1) {
		out = append(out, part{Text: text[at:m[0]]}, part{text[m[0]:m[1]], text[m[0]:m[1]]})
		at = m[1]
	}
	return append(out, part{Text: text[at:]})
}

// tone colours a message's state.
func tone(s notify.State) web.Kind {
	switch s {
	case notify.Delivered, notify.Sent:
		return web.Good
	case notify.Failed:
		return web.Bad
	case notify.Held:
		return web.Warn
	}
	return web.Calm
}
