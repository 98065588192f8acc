package portal

import (
	"context"
	"slices"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

// correctionPage is the page, in the address, that asks only for what an
// officer has marked (补正).
const correctionPage = "correction"

// correcting tells whether only what was marked can be changed now.
func correcting(it *item.Item, s casework.State) bool {
	stage, _ := it.Flow.Stage(s.Stage)
	return stage.Marked && s.Return != nil
}

func correctionURL(s casework.State) string { return "/cases/" + s.ID + "/form/" + correctionPage }

// narrowed is the item with the fields to be corrected on a page of their own.
// They keep their places in the form, because conditions speak of what is
// asked before: each page falls into parts, and those of one name are drawn
// and read together. Other parts keep no name that an address could have.
func narrowed(it *item.Item, s casework.State) *item.Item {
	if !correcting(it, s) {
		return it
	}
	ask := toCorrect(it, s)
	out := *it
	out.Form.Pages = nil
	for _, page := range it.Form.Pages {
		for _, f := range page.Fields {
			name := ""
			if ask[f.ID] {
				name = correctionPage
			}
			if n := len(out.Form.Pages); n > 0 && out.Form.Pages[n-1].Name == name && out.Form.Pages[n-1].Title == page.Title {
				out.Form.Pages[n-1].Fields = append(out.Form.Pages[n-1].Fields, f)
				continue
			}
			part := page
			part.Name, part.Fields = name, []form.Field{f}
			out.Form.Pages = append(out.Form.Pages, part)
		}
	}
	return &out
}

// toCorrect are the fields that the page asks for: those that were marked, and
// those that a correction brings up.
func toCorrect(it *item.Item, s casework.State) map[string]bool {
	words := wordsBeside(it, s)
	before := s.Values
	if s.Submitted != nil && s.Submitted.Values != nil {
		before = s.Submitted.Values
	}
	missing := map[string]bool{}
	for _, f := range form.Missing(it.Form, s.Values) {
		missing[f.ID] = true
	}
	ask := map[string]bool{}
	for _, page := range it.Form.Pages {
		for _, f := range page.Fields {
			_, marked := words[f.ID]
			isNew := !form.Answered(before[f.ID])
			broughtUp := isNew && (form.Answered(s.Values[f.ID]) || slices.ContainsFunc(f.When.Refs(), func(id string) bool { return ask[id] }))
			if marked || missing[f.ID] || broughtUp {
				ask[f.ID] = true
			}
		}
	}
	return ask
}

// beside is what an officer has said about an answer.
type beside struct {
	reasons []item.Reason
	note    string
}

// wordsBeside are the words to each field that was marked, or that a reason
// speaks of.
func wordsBeside(it *item.Item, s casework.State) map[string]beside {
	out := map[string]beside{}
	for id, j := range s.Return.Fields {
		b := beside{note: j.Note}
		if reason, ok := reasonOf(it, j.Reason); ok {
			b.reasons = append(b.reasons, reason)
		}
		out[id] = b
	}
	for _, code := range s.Return.Reasons {
		reason, ok := reasonOf(it, code)
		if !ok {
			continue
		}
		for _, id := range reason.Fields {
			b := out[id]
			if !slices.ContainsFunc(b.reasons, func(r item.Reason) bool { return r.Code == code }) {
				b.reasons = append(b.reasons, reason)
			}
			out[id] = b
		}
	}
	return out
}

func reasonOf(it *item.Item, code string) (item.Reason, bool) {
	for _, catalogue := range it.Flow.Reasons {
		for _, reason := range catalogue {
			if reason.Code == code {
				return reason, true
			}
		}
	}
	return item.Reason{}, false
}

// saidBeside puts the words to each field into the reader's language.
func saidBeside(ctx context.Context, it *item.Item, s casework.State) map[string]string {
	out := map[string]string{}
	for id, b := range wordsBeside(it, s) {
		var parts []string
		for _, reason := range b.reasons {
			switch {
			case reason.Code == "OTHER" && b.note != "": // the note says more
			case reason.Advice != "":
				parts = append(parts, web.T(ctx, reason.Label)+web.T(ctx, "：")+web.T(ctx, reason.Advice))
			default:
				parts = append(parts, web.T(ctx, reason.Label))
			}
		}
		if b.note != "" {
			parts = append(parts, b.note)
		}
		if len(parts) == 0 {
			parts = append(parts, web.T(ctx, "核对后改正"))
		}
		out[id] = strings.Join(parts, web.T(ctx, "；"))
	}
	return out
}

// correction is what the page says beside the fields.
type correction struct {
	By, At, Until string
	General       []string // what is not about one field
}

func (p *Portal) correction(ctx context.Context, s casework.State, it *item.Item) *correction {
	c := &correction{By: web.T(ctx, p.Unit(s.Return.By)), At: web.Moment(ctx, s.Return.At)}
	if !s.Due.IsZero() {
		c.Until = web.Moment(ctx, s.Due)
	}
	for _, code := range s.Return.Reasons {
		if reason, ok := reasonOf(it, code); ok && code != "OTHER" && len(reason.Fields) == 0 {
			c.General = append(c.General, web.T(ctx, reason.Label)+web.T(ctx, "：")+web.T(ctx, reason.Advice))
		}
	}
	for line := range strings.SplitSeq(s.Return.Text, "\n") {
		if line != "" && !saidToField(it, s, line) {
			c.General = append(c.General, line)
		}
	}
	return c
}

// saidToField tells that a line of the notice is the note to one field, which
// stands beside it.
func saidToField(it *item.Item, s casework.State, line string) bool {
	for id, j := range s.Return.Fields {
		f, _ := it.Form.Field(id)
		if j.Note != "" && line == strings.TrimPrefix(f.Label+"："+j.Note, "：") {
			return true
		}
	}
	return false
}
