package portal

import (
	"context"
	"errors"
	"net/http"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/material"
	"wangban/internal/web"
)

// worded is why somebody was turned down; false for errors that are nobody's
// doing.
func worded(err error) (text string, args []any, ok bool) {
	var act *casework.Refusal
	var person *account.Refusal
	var file *material.Refusal
	switch {
	case errors.As(err, &act):
		return act.Text, act.Args, true
	case errors.As(err, &person):
		return person.Text, person.Args, true
	case errors.As(err, &file):
		return file.Text, file.Args, true
	}
	return "", nil, false
}

// say is why somebody was turned down, in the reader's language. Errors that
// are nobody's doing go on as panics, to the page that says so.
func say(r *http.Request, err error) string {
	text, args, ok := worded(err)
	if !ok {
		panic(err)
	}
	return web.Tf(r.Context(), text, args...)
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
