package item

import (
	"maps"
	"slices"
	"strings"
	"time"

	"wangban/internal/form"
)

// world is one way in which a case of the item can stand: answers that differ
// in what conditions ask about, complete or with nothing optional. Checks play
// the flow in every world instead of reasoning about conditions.
type world struct {
	env    form.Env
	values form.Values
}

// maxWorlds bounds the play; an item whose conditions allow more is played in
// a part of them, evenly chosen.
const maxWorlds = 4096

func worlds(it *Item) []world {
	refs, domains := varying(it)
	total := 1
	for _, d := range domains {
		if total *= len(d); total > 1<<30 {
			break
		}
	}
	step := max(1, total/maxWorlds)
	var out []world
	for n := 0; n < total; n += step {
		chosen, rest := map[string]any{}, n
		for i, ref := range refs {
			chosen[ref] = domains[i][rest%len(domains[i])]
			rest /= len(domains[i])
		}
		for _, complete := range []bool{true, false} {
			out = append(out, newWorld(it, chosen, complete))
		}
	}
	return out
}

// varying are the names whose value conditions depend on, with the values
// worth trying.
func varying(it *Item) (refs []string, domains [][]any) {
	seen := map[string]bool{}
	for _, e := range conditionsOf(it) {
		if e.at.file == "messages.yaml" {
			continue
		}
		for _, ref := range e.cond.Refs() {
			if d := domain(it, ref); len(d) > 1 && !seen[ref] {
				seen[ref] = true
				refs, domains = append(refs, ref), append(domains, d)
			}
		}
	}
	return refs, domains
}

func domain(it *Item, ref string) []any {
	switch ref {
	case "signed":
		return []any{false, true}
	case "changed":
		names := []string{"anything"}
		if len(it.Flow.Protected) > 0 {
			names[0] = it.Flow.Protected[0].Name
		}
		return []any{[]string{}, names}
	}
	f, ok := it.Form.Field(ref)
	switch {
	case !ok:
		return nil
	case f.Type == form.TypeYesNo:
		return []any{true, false}
	case f.Choosing():
		var values []any
		for _, o := range f.Options {
			values = append(values, o.Value)
		}
		return values
	case f.Type == form.TypeChoices:
		values := []any{[]string{}}
		for _, o := range f.Options {
			values = append(values, []string{o.Value})
		}
		return values
	}
	return []any{sample(f), nil}
}

func newWorld(it *Item, chosen map[string]any, complete bool) world {
	v := form.Values{}
	for _, p := range it.Form.Pages {
		for _, f := range p.Fields {
			if value, ok := chosen[f.ID]; ok {
				v[f.ID] = value
			} else {
				v[f.ID] = sample(f)
			}
		}
	}
	if !complete {
		env := it.Form.Env(v)
		for _, p := range it.Form.Pages {
			for _, f := range p.Fields {
				if _, ok := chosen[f.ID]; !ok && (f.Optional || !f.OptionalWhen.Empty() && f.OptionalWhen.Holds(env)) {
					delete(v, f.ID)
				}
			}
		}
	}
	w := world{env: it.Form.Env(v), values: v}
	for _, name := range envNames {
		if !strings.HasSuffix(name, ".") {
			w.env.Set(name, "某某某")
		}
	}
	w.env["results"] = map[string]any{}
	for _, name := range []string{"changed", "signed"} {
		w.env[name] = chosen[name]
	}
	if chosen["changed"] == nil {
		w.env["changed"] = []string{}
	}
	for _, f := range it.Flow.Facts {
		w.env[f.Name] = f.Is.Holds(w.env)
	}
	return w
}

// sample is a long answer of a field.
func sample(f form.Field) any {
	switch f.Type {
	case form.TypeYesNo, form.TypeAgree:
		return true
	case form.TypeChoice, form.TypeUnitKind, form.TypeIDType:
		if len(f.Options) > 0 {
			return f.Options[0].Value
		}
	case form.TypeChoices:
		var all []string
		for _, o := range f.Options {
			all = append(all, o.Value)
		}
		return all
	case form.TypeFile:
		return []form.File{{Name: "某某.jpg"}}
	case form.TypeDate, form.TypeIDExpiry:
		return "2030-12-31"
	case form.TypeMobile:
		return "13800138000"
	case form.TypeUSCC, form.TypeIDNumber:
		return "110000000000000000"
	case form.TypePersonName:
		return "某某某某"
	case form.TypeNumber:
		return "10000"
	}
	n := 60
	if f.Max > 0 {
		n = f.Max
	}
	return strings.Repeat("某", n)
}

// passage is one way of going on from a stage in a world.
type passage struct {
	at      spot
	act     Act // empty for what happens by itself
	to      Stage
	moved   bool
	tells   []placedTell
	byClock string // lapse, idle, remind
}

// passages are all ways to go on from a stage in a world. An act whose routes
// do not lead anywhere there is told through stuck.
func (c *check) passages(w world, s Stage, stuck func(placedAct)) []passage {
	var out []passage
	for _, a := range c.acts(s) {
		if !a.When.Holds(w.env) {
			continue
		}
		p := passage{at: a.at, act: a.Act, to: s, tells: placed(a.Tell, a.at)}
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
			out = append(out, passage{at: at.under(key), to: to, moved: true, tells: placed(m.Tell, at.under(key)), byClock: key})
		}
	}
	if s.Remind != nil {
		out = append(out, passage{at: at.under("remind"), to: s, tells: placed(s.Remind.Tell, at.under("remind")), byClock: "remind"})
	}
	return out
}

// acts are those of a stage and those of the house from it.
func (c *check) acts(s Stage) []placedAct {
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
	return out
}

func placed(tells []Tell, at spot) []placedTell {
	out := make([]placedTell, len(tells))
	for i, t := range tells {
		out[i] = placedTell{t, at.under("tell", i)}
	}
	return out
}

// after is what a message sees after a passage.
func (c *check) after(w world, p passage) form.Env {
	env := maps.Clone(w.env)
	env["stage"], env["due"], env["sign_url"], env["reasons"] = p.to.Name, any(nil), "", ""
	if p.to.Within.N > 0 {
		env["due"] = time.Date(2030, 12, 31, 23, 59, 0, 0, form.Shanghai)
	}
	if p.to.Signs != "" {
		env["sign_url"] = "https://wb.example.cn/s/aB3dE5gH"
	}
	if p.act.Reason != "" && p.act.Required {
		env["reasons"] = longest(c.it.Flow.Reasons[p.act.Reason])
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

func longest(reasons []Reason) string {
	text := ""
	for _, r := range reasons {
		if len(r.Label) > len(text) {
			text = r.Label
		}
	}
	return text
}
