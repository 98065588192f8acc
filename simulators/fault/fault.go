// Package fault holds the troubles a simulator can be told to make.
package fault

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Always as a count means: until told otherwise.
const Always = -1

// Faults are troubles to make. Counts say for how many of the next requests; Always never ends.
type Faults struct {
	Delay          time.Duration // before every answer; what was asked is done all the same
	Down           int           // answer 503, do nothing
	Throttle       int           // refuse as too many requests
	LoseAnswer     int           // do what is asked, then cut the line without an answer
	RepeatCallback bool          // send every callback twice
}

// Take uses up one of a count and says whether there was one.
func Take(count *int) bool {
	if *count > 0 {
		*count--
		return true
	}
	return *count < 0
}

// FromForm reads the fields of the panel's form; what is unreadable is no fault.
func FromForm(form url.Values) Faults {
	count := func(name string) int {
		n, err := strconv.Atoi(form.Get(name))
		if err != nil || n < Always {
			return 0
		}
		return n
	}
	ms := max(0, count("delay"))
	return Faults{
		Delay:          time.Duration(min(ms, 60_000)) * time.Millisecond,
		Down:           count("down"),
		Throttle:       count("throttle"),
		LoseAnswer:     count("lose"),
		RepeatCallback: form.Get("repeat") != "",
	}
}

// Sleep waits, unless the context ends first.
func Sleep(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// HangUp cuts the line without an answer.
func HangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		// HTTP/2 has no line of its own to cut: aborting the handler resets the stream, which looks the same.
		panic(http.ErrAbortHandler)
	}
	conn.Close()
}
