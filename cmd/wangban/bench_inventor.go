package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"time"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/sim"
)

// inventor invents cases: units, stages and items of the installation, names
// and codes of invented entities. A third has ended; of the others one in
// twenty is overdue, one in five near its end, one in ten paused. Officers have
// claimed 25 each of their own unit's.
type inventor struct {
	*rand.Rand
	in      *installation
	units   []string
	members map[string][]string // of a unit
	held    map[string]int      // how many cases an officer has claimed
	places  []struct{ item, stage string }
	names   [][2]string // USCC and name
	county  string      // an officer for the whole county
	station account.Member
	done    int
	middle  casework.Row
	page    string
}

func newInventor(in *installation, members []account.Member) *inventor {
	v := &inventor{Rand: rand.New(rand.NewPCG(1, 1)), in: in, members: map[string][]string{}, held: map[string]int{}}
	v.units = sortedKeys(in.county.Units)
	for _, m := range members {
		for _, u := range m.Units {
			v.members[u] = append(v.members[u], m.ID)
		}
		switch {
		case slices.Contains(m.Units, "*") && v.county == "":
			v.county = m.ID
		case !slices.Contains(m.Units, "*") && v.station.ID == "":
			v.station = m
		}
	}
	for _, it := range in.items.All() {
		for _, s := range it.Flow.Stages {
			if s.End == "" && casework.ForStaff(s.By) {
				v.places = append(v.places, struct{ item, stage string }{it.Name, s.Name})
			}
		}
	}
	for row := range sim.Entities(1, in.county, 50_000) {
		v.names = append(v.names, [2]string{row.USCC, row.Name})
	}
	return v
}

// resume goes on behind the cases that are there already.
func (v *inventor) resume(ctx context.Context) error {
	there, err := v.in.door.Filled(ctx)
	for v.done < there {
		v.invent()
	}
	return err
}

// fill invents as many cases as are still lacking.
func (v *inventor) fill(ctx context.Context, n int) error {
	const together, state = 50_000, 3000
	for v.done < n {
		var rows []casework.Row
		for range min(together, n-v.done) {
			rows = append(rows, v.invent())
		}
		if err := v.in.door.Fill(ctx, rows, state); err != nil {
			return err
		}
	}
	if err := v.in.door.Analyze(ctx); err != nil {
		return err
	}
	// A page from the middle of the list, and a case of it.
	q := casework.Query{Desk: true, Limit: 200}
	for range 10 {
		page, next, err := v.in.door.List(ctx, q)
		if err != nil {
			return err
		}
		q.After, v.middle = next, page[0]
	}
	v.page = q.After
	return nil
}

func (v *inventor) invent() casework.Row {
	now := v.in.now().Truncate(time.Microsecond)
	place, name := v.places[v.IntN(len(v.places))], v.names[v.IntN(len(v.names))]
	day := now.AddDate(0, 0, v.done/4000-300) // one after the other, as cases come in
	r := casework.Row{ID: fmt.Sprintf("%s-%s-%020d", v.in.county.Region, day.Format("060102"), v.done), Item: place.item, Stage: place.stage,
		Number:  fmt.Sprintf("%s%s%s%07d", v.in.county.Region, v.in.county.Department, day.Format("20060102"), v.done),
		Subject: name[0], Title: name[1], Unit: v.units[v.IntN(len(v.units))], Channel: "web", Created: day,
		Updated: now.Add(-time.Duration(v.Int64N(int64(30 * 24 * time.Hour))))}
	v.done++
	switch n := v.IntN(30); {
	case n < 10:
		r.Ended = "success"
		return r
	case n < 12:
		r.Deadline.Paused = true
	default:
		due := now.Add(time.Duration(v.Int64N(int64(20*24*time.Hour))) - 24*time.Hour)
		r.ClockStart = due.AddDate(0, 0, -28)
		r.Deadline = casework.Deadline{Near: due.AddDate(0, 0, -4), Due: due}
	}
	// Nobody claims more than a page of cases, however many wait.
	if of := v.members[r.Unit]; len(of) > 0 && v.IntN(10) == 0 {
		if h := of[v.IntN(len(of))]; v.held[h] < 25 {
			v.held[h]++
			r.Holder = h
		}
	}
	return r
}

// lists are what officers open.
func (v *inventor) lists() []benchList {
	place, name := v.places[0], []rune(v.middle.Title)
	part, trade := string(name[len(name)/2-1:len(name)/2+2]), string(name[len(name)-3:])
	county := func(name, query string) benchList { return benchList{name, v.county, "/desk" + query} }
	return []benchList{
		county("county: queue", ""),
		county("county: a page far behind", "?after="+url.QueryEscape(v.page)),
		county("county: one stage", "?stage="+place.stage),
		county("county: one item", "?item="+place.item),
		county("county: near", "?light=amber"),
		county("county: on time", "?light=green"),
		county("county: overdue, one item", "?light=red&item="+place.item),
		county("county: all cases", "/all"),
		county("county: a part of many names", "/all?q="+url.QueryEscape(trade)),
		county("county: a part of few names", "/all?q="+url.QueryEscape(part)),
		county("county: a number", "?q="+v.middle.Number[:len(v.middle.Number)-2]),
		county("county: a code", "/all?q="+v.middle.Subject),
		{"station: queue", v.station.ID, "/desk"},
		{"station: one stage, near", v.station.ID, "/desk?light=amber&stage=" + place.stage},
		{"station: mine", v.station.ID, "/desk?who=mine"},
		{"station: all cases", v.station.ID, "/desk/all"},
		{"station: a part of many names", v.station.ID, "/desk/all?q=" + url.QueryEscape(trade)},
		{"station: a part of few names", v.station.ID, "/desk/all?q=" + url.QueryEscape(part)},
	}
}
