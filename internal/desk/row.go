package desk

import (
	"context"
	"slices"
	"time"

	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/web"
	"wangban/internal/workday"
)

// rowView is a case in a list.
type rowView struct {
	URL, Name, Item, Number string
	Stage                   string
	StageKind               web.Kind
	Unit, Holder            string
	For                     string // who is away, where the officer stands in
	Mine                    bool
	Light                   light
	Waiting                 string
	Back                    string // when a claim runs out
	Helped, At              string
	Pick                    string // its ID, where it can be ticked
}

// rowsOf are cases as lists show them; each officer's name is looked up once.
func (d *Desk) rowsOf(ctx context.Context, rows []casework.Row) []rowView {
	names := map[string]string{}
	name := func(id string) string {
		if _, known := names[id]; !known {
			names[id] = d.Name(ctx, id)
		}
		return names[id]
	}
	views, house := make([]rowView, len(rows)), d.House()
	for i, row := range rows {
		views[i] = d.rowOf(ctx, house, row, name)
	}
	return views
}

func (d *Desk) rowOf(ctx context.Context, house casework.House, row casework.Row, name func(id string) string) rowView {
	now := d.Now()
	v := rowView{URL: "/desk/cases/" + row.ID, Name: row.Title, Number: row.Number, Stage: row.Stage,
		Unit: web.T(ctx, d.Units()[row.Unit]), Mine: row.Holder == officer(ctx).ID, At: web.Moment(ctx, row.Updated)}
	lit := web.Lit{Near: row.Deadline.Near, Due: row.Deadline.Due}
	if it, ok := d.Door.ItemOf(ctx, row); ok {
		web.Speak(ctx, it.English) // two items may say one word in two ways
		defer web.Speak(ctx, nil)
		v.Item, lit.Unit = web.T(ctx, it.Guide.Title), it.Flow.Clock.Limit.Unit
		if stage, ok := it.Flow.Stage(row.Stage); ok {
			v.Stage, v.StageKind = web.T(ctx, stage.Label), stageKind(stage)
			if row.Deadline.Stage {
				lit.Unit, lit.Of = stage.Within.Unit, v.Stage
			}
		}
	}
	v.Light = web.LampOf(ctx, house, lit, now)
	if row.Deadline.Paused && row.Ended == "" {
		v.Light = light{Colour: workday.PausedLight, Text: web.T(ctx, "暂停计时")}
	}
	if v.Name == "" {
		v.Name = v.Item
	}
	if row.Holder != "" && !row.Due.IsZero() {
		v.Back = web.Left(ctx, row.Due.Sub(now))
	}
	if slices.Contains(officer(ctx).For, row.Holder) {
		v.For = name(row.Holder)
	}
	if row.Holder != "" {
		v.Holder = name(row.Holder)
	}
	if row.Helper != "" {
		v.Helped = name(row.Helper)
	}
	if !row.ClockStart.IsZero() {
		v.Waiting = web.Left(ctx, max(now.Sub(row.ClockStart), time.Second))
	}
	return v
}

func stageKind(stage item.Stage) web.Kind {
	switch {
	case stage.End == item.EndSuccess:
		return web.Good
	case stage.End != "":
		return web.Calm
	case forStaff(stage.By):
		return web.Plain
	}
	return web.Warn
}
