package demo

import (
	"errors"
	"net/http"
	"time"

	"wangban/internal/sim"
	"wangban/internal/web"
)

// steps are how far the clock can be moved at once.
var steps = []struct {
	Name, Label string
	By          time.Duration
}{
	{"1m", "1 分钟", time.Minute},
	{"1h", "1 小时", time.Hour},
	{"24h", "24 小时", 24 * time.Hour},
	{"48h", "48 小时", 48 * time.Hour},
	{"30d", "30 天", 30 * 24 * time.Hour},
	{"365d", "365 天", 365 * 24 * time.Hour},
}

// moveClock moves the clock and lets everything happen that is due by then.
func (d *Demo) moveClock(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	var err error
	switch by := r.PostFormValue("by"); by {
	case "back":
		err = d.Clock.Back(ctx)
	case "workday":
		err = d.Clock.Set(ctx, d.Workday(d.Clock.Now(), 1))
	default:
		moved := false
		for _, s := range steps {
			if s.Name == by {
				err, moved = d.Clock.Advance(ctx, s.By), true
			}
		}
		if !moved {
			web.Fail(w, r, http.StatusBadRequest, "")
			return
		}
	}
	var backwards *sim.Backwards
	if errors.As(err, &backwards) {
		d.show(w, r, http.StatusUnprocessableEntity, web.Tf(ctx, "时钟不能拨回 %s：已经有 %s 的记录。", web.Moment(ctx, backwards.To), web.Moment(ctx, backwards.Newest)))
		return
	}
	if err != nil {
		panic(err)
	}
	d.Sweep(ctx)
	next := web.LocalPath(r.PostFormValue("next"))
	if next == "" {
		next = "/demo"
	}
	http.Redirect(w, r, next+"#clock", http.StatusSeeOther)
}
