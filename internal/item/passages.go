package item

import (
	"maps"
	"slices"
	"strings"
	"time"

	"wangban/internal/form"
)

// passage is one way of going on from a stage in a world.
type passage struct {
	at      spot
	act     Act // empty for what happens by itself
	to      Stage
	moved   bool
	tells   []placedTell
	papers  []string // documents that it makes
	byClock string   // lapse, idle, remind
}

// passages are all ways to go on from a stage in a world. An act whose routes
// do not lead anywhere there is told through stuck.
func (c *check) passages(w world, s Stage, stuck func(placedAct)) []passage {
	var out []passage
	w = c.inStage(w, s)
	for _, a := range c.acts(s) {
		if !a.When.Holds(w.env) {
			continue
		}
		p := passage{at: a.at, act: a.Act, to: s, tells: placed(a.Tell, a.at), papers: a.Papers}
		if len(a.To) > 0 {
			i := slices.IndexFunc(a.To, func(r Route) bool { return r.When.Holds(w.env) })
			if i < 0 {
				stuck(a)
				continue
			}
			to, ok := c.it.Flow.Stage(a.To[i].Stage)
			if !ok {
				continue
			}
			p.to, p.moved = to, true
		}
		out = append(out, p)
	}
	at := inFile("flow", "stages", s.Name)
	for key, m := range moves(s) {
		if to, ok := c.it.Flow.Stage(m.To); ok {
			out = append(out, passage{at: at.under(key), to: to, moved: true, tells: placed(m.Tell, at.under(key)), papers: m.Papers, byClock: key})
		}
	}
	if s.Remind != nil {
		out = append(out, passage{at: at.under("remind"), to: s, tells: placed(s.Remind.Tell, at.under("remind")), byClock: "remind"})
	}
	return out
}

// inStage is a world in which the case has come to a stage.
func (c *check) inStage(w world, s Stage) world {
	w.env = maps.Clone(w.env)
	w.env["stage"] = s.Name
	if slices.ContainsFunc(c.it.Flow.Facts, func(f Fact) bool { return slices.Contains(f.Is.Refs(), "stage") }) {
		w.tell(c.it)
	}
	return w
}

// acts are those of a stage and those of the house from it.
func (c *check) acts(s Stage) []placedAct {
	if known, ok := c.offers[s.Name]; ok {
		return known
	}
	var out []placedAct
	for _, a := range actsOf(c.it) {
		if a.stage == s.Name {
			out = append(out, a)
		}
	}
	for i, h := range c.it.Flow.House {
		if slices.Contains(h.From, s.Name) {
			out = append(out, placedAct{c.it.Flow.House[i].Act, inFile("flow", "house", h.Name), ""})
		}
	}
	c.offers[s.Name] = out
	return out
}

func placed(tells []Tell, at spot) []placedTell {
	out := make([]placedTell, len(tells))
	for i, t := range tells {
		out[i] = placedTell{Tell: t, at: at.under("tell", i)}
	}
	return out
}

// after is what a message sees after a passage.
func (c *check) after(w world, p passage) form.Env {
	env := maps.Clone(w.env)
	env["stage"], env["due"], env["appointment"], env["sign_url"], env["reasons"] = p.to.Name, any(nil), any(nil), "", ""
	env["case"] = map[string]any{"number": "341523209912310099999", "title": c.it.Guide.Title}
	env["case_url"], env["papers"] = "https://wb.example.cn/cases/aB3dE5gHjKmNpQrStVwXyZ12", c.it.papersNumbered(p.papers)
	if p.to.Within.N > 0 {
		env["due"] = time.Date(2030, 12, 31, 23, 59, 0, 0, form.Shanghai)
	}
	if p.act.Does == Appoint {
		env["appointment"] = time.Date(2030, 12, 31, 23, 59, 0, 0, form.Shanghai)
	}
	if p.to.Signs != "" {
		env["sign_url"] = "https://wb.example.cn/s/aB3dE5gH"
	}
	if p.act.Reason != "" && p.act.Required {
		env["reasons"] = longestOf(c.it.Flow.Reasons[p.act.Reason])
	}
	if len(p.act.Effects)+len(p.to.Enter) > 0 {
		results := map[string]any{}
		for _, m := range c.it.Messages {
			for _, v := range m.Vars {
				for _, ref := range v.Refs() {
					if name, ok := strings.CutPrefix(ref, "results."); ok {
						results[name] = "XX00000000000000"
					}
				}
			}
		}
		env["results"] = results
	}
	return env
}

// papersNumbered are documents as a message names them, with numbers such as
// they will have.
func (it *Item) papersNumbered(names []string) string {
	said := make([]string, len(names))
	for i, name := range names {
		said[i] = it.PaperTitles([]string{name})
		if word := it.Documents[name].Word; word != "" {
			said[i] += "(ABC)" + word + "[2030]A1234Z" // as long as 文号 usually are; only its length counts
		}
	}
	return strings.Join(said, "、")
}

func longestOf(reasons []Reason) string {
	text := ""
	for _, r := range reasons {
		if len(r.Label) > len(text) {
			text = r.Label
		}
	}
	return text
}
