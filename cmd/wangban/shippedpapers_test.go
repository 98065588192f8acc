package main

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/document"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/paper"
)

// Every document that an act of a shipped item names can be laid out, from each
// of the item's fixtures: it has a number, says whom it is for and about what,
// and what law asks of its kind.
//
func TestShippedPapers(t *testing.T) {
	h := openHouse(t)
	made := map[string]int{}
	for _, it := range h.items.All() {
		for fixture := range it.Fixtures {
			values, err := it.Answers(fixture, h.sample)
			h.must(err)
			for _, e := range papered(it) {
				for _, name := range e.papers {
					made[it.Name]++
					h.laidOut(it, fixture, name, values, e.Event)
				}
			}
		}
	}
	for _, it := range h.items.All() {
		// A filing and an account are no licence and no registration: what they
		// give is their document.
		if it.Guide.Kind == "行政许可" || it.Guide.Kind == "行政确认" {
			if made[it.Name] == 0 {
				t.Errorf("%s names no document", it.Name)
			}
		}
	}
}

// Whoever is told of an act that makes a document is told what it is called and
// its number.
//
func TestShippedMessagesNamePapers(t *testing.T) {
	h := openHouse(t)
	for _, it := range h.items.All() {
		named := func(where string, tells []item.Tell, papers []string) {
			for _, tell := range tells {
				says := false
				for _, v := range it.Messages[tell.Message].Vars {
					says = says || slices.Contains(v.Refs(), "papers")
				}
				if len(papers) > 0 && !says {
					t.Errorf("%s: %s makes %v, and the message %s does not say so", it.Name, where, papers, tell.Message)
				}
			}
		}
		for _, stage := range it.Flow.Stages {
			if stage.Lapse != nil {
				named(stage.Name+".lapse", stage.Lapse.Tell, stage.Lapse.Papers)
			}
			for _, act := range stage.Acts {
				named(stage.Name+"."+act.Name, act.Tell, act.Papers)
			}
		}
	}
}

// papered are the acts of an item that make documents, as events.
func papered(it *item.Item) (all []struct {
	casework.Event
	papers []string
}) {
	add := func(e casework.Event, papers []string) {
		if len(papers) > 0 {
			all = append(all, struct {
				casework.Event
				papers []string
			}{e, papers})
		}
	}
	for _, stage := range it.Flow.Stages {
		if stage.Lapse != nil {
			add(casework.Event{Act: casework.ActLapse, From: stage.Name}, stage.Lapse.Papers)
		}
		if stage.Idle != nil {
			add(casework.Event{Act: casework.ActIdle, From: stage.Name}, stage.Idle.Papers)
		}
		for _, act := range stage.Acts {
			add(casework.Event{Act: act.Name, From: stage.Name, Data: said(it, act)}, act.Papers)
		}
	}
	return all
}

const explanation = "样品送检，需要十五日"

// said is what whoever does an act brings along.
func said(it *item.Item, act item.Act) (d casework.EventData) {
	var codes []string
	for _, r := range it.Flow.Reasons[act.Reason] {
		codes = append(codes, r.Code)
	}
	switch {
	case act.Does == item.Pause:
		d.Pause = &casework.Pause{Reason: codes[0], Text: explanation}
	case act.Does == item.Extend:
		d.Extension = &casework.Extension{Limit: act.Extends, Reason: codes[0], Text: explanation}
	case act.Reason != "":
		d.Reason, d.Return = explanation, &casework.Return{Reasons: codes}
	}
	return d
}

// laidOut lays a document of an act out and reads it.
func (h *house) laidOut(it *item.Item, fixture, name string, values form.Values, e casework.Event) {
	h.Helper()
	at := time.Date(2024, 5, 6, 9, 30, 0, 0, form.Shanghai)
	e.Case, e.Seq, e.At = "shipped", 3, at
	d := it.Documents[name]
	s := casework.State{ID: e.Case, Item: it.Name, Hash: it.Hash, Number: "34152331202405060000016", Stage: e.From, Unit: "chengguan", Values: values,
		Submitted: &casework.Snapshot{At: at, Values: values}, UpdatedAt: at,
		ClockStart: at, ClockDue: at.AddDate(0, 0, 14), Results: map[string]string{"licence": "JY13415230000016", "licence_ended": "JY13415230000016"}}
	draft := h.acts.Draft(paper.Paper{Case: e.Case, Seq: e.Seq, Document: name, Title: d.Title, Number: "（舒市监）" + d.Word + "〔2024〕第1号"}, it, s, e)
	where := it.Name + "/" + fixture + " " + e.From + "." + e.Act + " " + name
	if made, err := h.paper(s, it, name, 0, draft.Extra, nil); err != nil || len(made.PDF) == 0 {
		h.Errorf("%s: %v", where, err)
		return
	}
	layout, data, err := h.contents(s, it, name)
	h.must(err)
	maps.Copy(data.Extra, draft.Extra)
	parts, err := document.Text(layout, data)
	h.must(err)
	var text strings.Builder
	for _, p := range parts {
		text.WriteString(p.Heading + p.Text + "\n")
	}
	wanted := []string{d.Title, d.Word + "〔2024〕第1号", "2024年5月6日"}
	if title, _ := values[it.Flow.Title].(string); title != "" {
		wanted = append(wanted, title+"：")
	}
	if name == "std/cancellation" {
		wanted = append(wanted, "JY13415230000016")
	} else {
		wanted = append(wanted, it.Guide.Title)
	}
	switch {
	case e.Data.Pause != nil, e.Data.Extension != nil:
		wanted = append(wanted, explanation, "行政许可法")
	case e.Data.Return != nil:
		for _, code := range e.Data.Return.Reasons {
			for _, catalogue := range it.Flow.Reasons {
				for _, r := range catalogue {
					if r.Code == code && code != "OTHER" {
						wanted = append(wanted, r.Label)
					}
				}
			}
		}
		wanted = append(wanted, explanation)
	}
	if strings.HasSuffix(name, "denial") || strings.HasSuffix(name, "non-acceptance") || strings.HasSuffix(name, "/cancellation") {
		wanted = append(wanted, h.county.Papers.Remedy)
	}
	for _, want := range wanted {
		if want == "" || !strings.Contains(text.String(), want) {
			h.Errorf("%s does not say %q:\n%s", where, want, text.String())
		}
	}
}
