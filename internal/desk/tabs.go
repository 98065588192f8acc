package desk

import (
	"context"
	"slices"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/web"
	"wangban/internal/workday"
)

// lights are the lights of limits to choose from.
var lights = []struct {
	Light workday.Light
	Label string
}{{workday.Green, "正常"}, {workday.Amber, "临期"}, {workday.Red, "超期"}, {workday.PausedLight, "暂停计时"}}

// ownUnit is the unit an officer works in, if they handle its cases.
func ownUnit(o *web.Officer) []string {
	if casework.Handles(casework.Actor{Units: o.Units}, o.Unit) {
		return []string{o.Unit}
	}
	return nil
}

// staffStages are the stages in which staff of some item act, in the items'
// order, with what they are called.
type staffStages struct {
	order  []string
	labels map[string][]string
}

func (d *Desk) staffStages() staffStages {
	s := staffStages{labels: map[string][]string{}}
	for _, it := range d.Items.All() {
		for _, stage := range it.Flow.Stages {
			if stage.End != "" || !forStaff(stage.By) {
				continue
			}
			if s.labels[stage.Name] == nil {
				s.order = append(s.order, stage.Name)
			}
			if !slices.Contains(s.labels[stage.Name], stage.Label) {
				s.labels[stage.Name] = append(s.labels[stage.Name], stage.Label)
			}
		}
	}
	return s
}

var forStaff = casework.ForStaff

// tab is a filter with what it finds.
type tab struct {
	web.Tab
	query casework.Query
}

// tabs are the filters above the queue.
func (d *Desk) tabs(ctx context.Context, v listView, stages staffStages) []tab {
	o := officer(ctx)
	plain := listView{Path: v.Path, Item: v.Item, Text: v.Text}
	all := casework.Query{Units: o.Units, Desk: true, Now: d.Now()}
	tabs := []tab{{web.Tab{Text: web.T(ctx, "全部待办"), URL: plain.with("", ""), Current: v.Stage == "" && v.Who == "" && v.Light == ""}, all}}
	add := func(text, filter, value string, current bool, q casework.Query) {
		tabs = append(tabs, tab{web.Tab{Text: text, URL: plain.with(filter, value), Current: current}, q})
	}
	for _, name := range stages.order {
		labels := make([]string, len(stages.labels[name]))
		for i, l := range stages.labels[name] {
			labels[i] = web.T(ctx, l)
		}
		q := all
		q.Stage = name
		add(strings.Join(labels, " / "), "stage", name, v.Stage == name, q)
	}
	q := all
	q.Holders = append([]string{o.ID}, o.For...)
	add(web.T(ctx, "我正在办"), "who", "mine", v.Who == "mine", q)
	if own := ownUnit(o); own != nil && !onlyOne(o.Units) {
		q := all
		q.Units = own
		add(web.T(ctx, "本单位"), "who", "unit", v.Who == "unit", q)
	}
	q = all
	q.Light = workday.Red
	add(web.T(ctx, "超期"), "light", string(workday.Red), v.Light == workday.Red, q)
	return tabs
}
