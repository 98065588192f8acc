package web

import (
	"context"
	"time"

	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/workday"
)

// Lamp is how a limit stands: colour and shape with words.
type Lamp struct {
	Colour workday.Light
	Text   string
}

// Lit is a limit that runs: when little of it is left, when it ends, what it is
// counted in, and of what it is where it is not the case's own.
type Lit struct {
	Near, Due time.Time
	Unit      item.Unit
	Of        string // in the reader's language: the stage; empty: the case
}

// LampOf is the lamp of a limit that runs.
func LampOf(ctx context.Context, house casework.House, l Lit, now time.Time) Lamp {
	lamp := Lamp{Colour: workday.LightOf(l.Near, l.Due, now, false)}
	var left string
	switch lamp.Colour {
	case workday.Green, workday.Amber:
		left = LeftOf(ctx, house, l.Unit, now, l.Due)
	case workday.Red:
		left = LeftOf(ctx, house, l.Unit, l.Due, later(now, l.Due.Add(time.Minute)))
	default:
		return lamp
	}
	texts := map[workday.Light]string{workday.Green: "正常 · 剩 %s", workday.Amber: "临期 · 剩 %s", workday.Red: "超期 · %s"}
	if l.Of == "" {
		lamp.Text = Tf(ctx, texts[lamp.Colour], left)
		return lamp
	}
	texts = map[workday.Light]string{workday.Green: "正常 · “%s”剩 %s", workday.Amber: "临期 · “%s”剩 %s", workday.Red: "超期 · “%s”超 %s"}
	lamp.Text = Tf(ctx, texts[lamp.Colour], l.Of, left)
	return lamp
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// LeftOf writes how much of a limit lies between two instants, in what the limit
// is counted in; the last day, and what is less than one of them, as time.
func LeftOf(ctx context.Context, house casework.House, unit item.Unit, from, to time.Time) string {
	least := map[item.Unit]int{item.Workdays: 1, item.HalfDays: 1, item.WorkHours: 1, item.Hours: 24}[unit]
	if least > 0 && house.Left != nil {
		if n := house.Left(from, to, unit); n >= least {
			return LimitText(ctx, item.Limit{N: n, Unit: unit})
		}
	}
	return Left(ctx, to.Sub(from))
}
