package portal

import (
	"context"
	"errors"
	"net/http"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/web"
)

// say is an error as its reader sees it: refusals in their language, anything
// else as the room that made it words it.
func say(r *http.Request, err error) string {
	var refusal *casework.Refusal
	if errors.As(err, &refusal) {
		return web.Tf(r.Context(), refusal.Text, refusal.Args...)
	}
	return web.T(r.Context(), err.Error())
}

// problemOf is what is wrong with one field, as its reader sees it.
func problemOf(ctx context.Context, problems []form.Problem, field string) string {
	for _, p := range problems {
		if p.Field == field {
			return p.Say(func(s string) string { return web.T(ctx, s) })
		}
	}
	return ""
}
