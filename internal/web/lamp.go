package web

import (
	"context"
	"time"

	"wangban/internal/workday"
)

// Lamp is how a limit stands: colour and shape with words.
type Lamp struct {
	Colour workday.Light
	Text   string
}

// LampOf is the lamp of a limit that runs.
func LampOf(ctx context.Context, near, due, now time.Time) Lamp {
	l := Lamp{Colour: workday.LightOf(near, due, now, false)}
	switch l.Colour {
	case workday.Green:
		l.Text = Tf(ctx, "正常 · 剩 %s", Left(ctx, due.Sub(now)))
	case workday.Amber:
		l.Text = Tf(ctx, "临期 · 剩 %s", Left(ctx, due.Sub(now)))
	case workday.Red:
		l.Text = Tf(ctx, "超期 · %s", Left(ctx, max(now.Sub(due), time.Minute)))
	}
	return l
}
