package item

import (
	"slices"

	"wangban/internal/form"
)

func readFlow(p place) Flow {
	var f Flow
	var across []HouseAct
	p.read(keys{
		"profile":        word(&f.Profile, "registration", "licence"),
		"subject":        text(&f.Subject),
		"title":          text(&f.Title),
		"representative": text(&f.Rep),
		"town":           text(&f.Town),
		"unit":           func(v place) { f.Units = readUnits(v) },
		"parties": func(v place) {
			v.each(func(name string, v place) { f.Parties = append(f.Parties, readParty(name, v)) })
		},
		"applicant": func(v place) { f.Applicant = readApplicant(v) },
		"signer":    text(&f.Signer),
		"facts": func(v place) {
			v.each(func(name string, v place) { f.Facts = append(f.Facts, Fact{name, v.cond()}) })
		},
		"protected": func(v place) {
			v.each(func(name string, v place) { f.Protected = append(f.Protected, readProtected(name, v)) })
		},
		"clock": func(v place) {
			v.read(keys{"runs": texts(&f.Clock.Runs), "limit": limit(&f.Clock.Limit), "reset": flag(&f.Clock.Reset), "longer": func(v place) {
				for _, v := range v.list() {
					var l Longer
					v.read(keys{"when": cond(&l.When), "limit": limit(&l.Limit)})
					f.Clock.Longer = append(f.Clock.Longer, l)
				}
			}})
		},
		"start": text(&f.Start),
		"stages": func(v place) {
			v.each(func(name string, v place) { f.Stages = append(f.Stages, readStage(name, v)) })
		},
		"house": func(v place) {
			v.each(func(name string, v place) {
				var from []string
				act := readAct(name, v, keys{"from": texts(&from)})
				f.House = append(f.House, HouseAct{act, from})
			})
		},
		"across": func(v place) {
			v.each(func(name string, v place) {
				var from []string
				act := readAct(name, v, keys{"from": texts(&from)})
				act.Across = true
				across = append(across, HouseAct{act, from})
			})
		},
		"reasons": func(v place) { f.Reasons = readReasons(v) },
		"checks":  func(v place) { f.Checks = readChecks(v) },
		"numbers": func(v place) {
			f.Numbers = map[string]form.Cond{}
			v.each(func(name string, v place) { f.Numbers[name] = v.cond() })
		},
	})
	for _, a := range across {
		for i, s := range f.Stages {
			if slices.Contains(a.From, s.Name) {
				f.Stages[i].Acts = append(f.Stages[i].Acts, a.Act)
			}
		}
	}
	f.across = across
	return f
}

func readParty(name string, p place) Party {
	party := Party{Name: name}
	p.read(keys{
		"label": text(&party.Label), "name": text(&party.PersonName), "id_type": text(&party.IDType),
		"id_no": text(&party.IDNumber), "mobile": text(&party.Mobile), "when": cond(&party.When),
	})
	return party
}

// readUnits reads one unit for all cases, or the units by condition.
func readUnits(p place) []ToUnit {
	if p.kind == scalar {
		return []ToUnit{{Unit: p.text()}}
	}
	var units []ToUnit
	for _, v := range p.list() {
		var u ToUnit
		v.read(keys{"when": cond(&u.When), "to": text(&u.Unit)})
		units = append(units, u)
	}
	return units
}

// readApplicant reads one party, or the first whose condition holds.
func readApplicant(p place) []Choice {
	if p.kind == scalar {
		return []Choice{{Party: p.text()}}
	}
	var choices []Choice
	for _, v := range p.list() {
		var c Choice
		v.read(keys{"when": cond(&c.When), "party": text(&c.Party)})
		choices = append(choices, c)
	}
	return choices
}

// readProtected reads "field: label", or a document that the signature covers.
func readProtected(name string, p place) Protected {
	f := Protected{Name: name}
	if p.kind == scalar {
		f.Field, f.Label = name, p.text()
		return f
	}
	p.read(keys{
		"label": text(&f.Label), "field": text(&f.Field), "document": text(&f.Document), "upload": text(&f.Upload),
		"when": cond(&f.When), "values": texts(&f.Values),
	})
	if f.Field == "" && f.Document == "" {
		f.Field = name
	}
	return f
}

func readStage(name string, p place) Stage {
	s := Stage{Name: name}
	var end string
	p.read(keys{
		"label":  text(&s.Label),
		"hint":   text(&s.Hint),
		"by":     text(&s.By),
		"edit":   func(v place) { s.Edit, s.Marked = readEdit(v) },
		"end":    word(&end, string(EndSuccess), string(EndFailure), string(EndNone)),
		"signs":  text(&s.Signs),
		"within": limit(&s.Within),
		"lapse":  func(v place) { s.Lapse = readMove(v) },
		"remind": func(v place) { s.Remind = readRemind(v) },
		"idle":   func(v place) { s.Idle = readMove(v) },
		"held":   flag(&s.Held),
		"judge":  texts(&s.Judge),
		"enter":  func(v place) { s.Enter = readEffects(v) },
		"leave":  func(v place) { s.Leave = readEffects(v) },
		"tell":   func(v place) { s.Tell = readTells(v) },
		"acts": func(v place) {
			v.each(func(name string, v place) { s.Acts = append(s.Acts, readAct(name, v, nil)) })
		},
	})
	s.End = End(end)
	return s
}

// readEdit reads true, false, or marked: only what was marked wrong.
func readEdit(p place) (edit, marked bool) {
	if p.kind == scalar && p.node.text == "marked" {
		return true, true
	}
	return p.flag(), false
}

func readMove(p place) *Move {
	var m Move
	p.read(keys{
		"after": limit(&m.After), "to": text(&m.To), "label": text(&m.Label), "backdate": flag(&m.Backdate), "papers": texts(&m.Papers),
		"tell": func(v place) { m.Tell = readTells(v) },
	})
	return &m
}

func readRemind(p place) *Remind {
	var r Remind
	p.read(keys{
		"before": limit(&r.Before),
		"quiet":  func(v place) { r.Quiet = readQuiet(v) },
		"tell":   func(v place) { r.Tell = readTells(v) },
	})
	return &r
}

// readQuiet reads the hours between which people sleep, e.g. [21, 8].
func readQuiet(p place) [2]int {
	hours := p.list()
	if len(hours) != 2 {
		p.report("夜间要写两个钟点。", "写成 [21, 8]：晚上 9 点到早上 8 点不发短信。")
		return [2]int{}
	}
	q := [2]int{hours[0].number(), hours[1].number()}
	if q[0] > 23 || q[1] > 23 || q[0] <= q[1] {
		p.report("夜间的钟点不对。", "写成 [21, 8]：晚上 9 点到早上 8 点不发短信。")
		return [2]int{}
	}
	return q
}

func readTells(p place) []Tell {
	var tells []Tell
	for _, v := range p.list() {
		var t Tell
		v.read(keys{"message": text(&t.Message), "to": text(&t.To), "when": cond(&t.When)})
		tells = append(tells, t)
	}
	return tells
}

// readEffects reads names of effects, or effects with settings:
// [account.open, {licence.issue: {kind: food-filing}}].
func readEffects(p place) []EffectUse {
	var uses []EffectUse
	for _, v := range p.list() {
		if v.kind == scalar {
			uses = append(uses, EffectUse{Name: v.text()})
			continue
		}
		v.each(func(name string, v place) {
			use := EffectUse{Name: name, With: map[string]string{}}
			v.each(func(setting string, v place) { use.With[setting] = v.text() })
			uses = append(uses, use)
		})
	}
	return uses
}

// readChecks reads checks with settings, each under a name of its own:
// {holds: {licence.held: {licence: held.number, kind: food}}}.
func readChecks(p place) map[string]EffectUse {
	checks := map[string]EffectUse{}
	p.each(func(own string, v place) {
		v.each(func(name string, v place) {
			use := EffectUse{Name: name, With: map[string]string{}}
			v.each(func(setting string, v place) { use.With[setting] = v.text() })
			checks[own] = use
		})
	})
	return checks
}

// readAct reads an act, with keys that only some acts have.
func readAct(name string, p place, more keys) Act {
	a := Act{Name: name}
	known := keys{
		"label":    text(&a.Label),
		"past":     text(&a.Past),
		"by":       texts(&a.By),
		"when":     cond(&a.When),
		"refusal":  text(&a.Refusal),
		"complete": flag(&a.Complete),
		"confirm":  func(v place) { a.Confirm = readConfirms(v) },
		"identity": texts(&a.Identity),
		"proves":   text(&a.Proves),
		"declare":  texts(&a.Declare),
		"letter":   flag(&a.Letter),
		"judged":   flag(&a.Judged),
		"reason":   text(&a.Reason),
		"required": flag(&a.Required),
		"checks":   texts(&a.Checks),
		"to":       func(v place) { a.To = readRoutes(v) },
		"effects":  func(v place) { a.Effects = readEffects(v) },
		"tell":     func(v place) { a.Tell = readTells(v) },
		"every":    limit(&a.Every),
		"per_day":  number(&a.PerDay),
		"times":    number(&a.Times),
		"differs":  texts(&a.Differs),
		"sheet":    text(&a.Sheet),
		"does":     func(v place) { a.Does = Verb(v.word(verbNames()...)) },
		"within":   limit(&a.Within),
		"remind":   limit(&a.Remind),
		"extends":  limit(&a.Extends),
		"officers": number(&a.Officers),
		"papers":   texts(&a.Papers),
		"style":    word(&a.Style, "primary", "secondary", "danger"),
	}
	for k, read := range more {
		known[k] = read
	}
	p.read(known)
	if a.Times == 0 && (a.Does == Correct || a.Does == Extend) {
		a.Times = 1 // 一次性告知, and an extension is not extended; items say so when they want more
	}
	return a
}

func verbNames() []string {
	var names []string
	for _, v := range Verbs() {
		names = append(names, string(v))
	}
	return names
}

func readConfirms(p place) []Confirm {
	var confirms []Confirm
	for _, v := range p.list() {
		var c Confirm
		if v.kind == scalar {
			c.Text = v.text()
		} else {
			v.read(keys{"when": cond(&c.When), "text": text(&c.Text)})
		}
		confirms = append(confirms, c)
	}
	return confirms
}

// readRoutes reads one stage, or the first whose condition holds.
func readRoutes(p place) []Route {
	if p.kind == scalar {
		return []Route{{Stage: p.text()}}
	}
	var routes []Route
	for _, v := range p.list() {
		var r Route
		v.read(keys{"when": cond(&r.When), "stage": text(&r.Stage)})
		routes = append(routes, r)
	}
	return routes
}

func readReasons(p place) map[string][]Reason {
	catalogues := map[string][]Reason{}
	p.each(func(name string, v place) {
		for _, v := range v.list() {
			var r Reason
			v.read(keys{"code": text(&r.Code), "label": text(&r.Label), "advice": text(&r.Advice), "fields": texts(&r.Fields)})
			catalogues[name] = append(catalogues[name], r)
		}
	})
	return catalogues
}

func readMessages(p place) map[string]Message {
	messages := map[string]Message{}
	p.each(func(name string, v place) {
		m := Message{Name: name, Vars: map[string]form.Cond{}}
		v.read(keys{
			"id": text(&m.ID), "text": text(&m.Text), "code": text(&m.Code), "night": flag(&m.Night), "per_day": number(&m.PerDay),
			"vars": func(v place) {
				v.each(func(name string, v place) { m.Vars[name] = v.cond() })
			},
		})
		messages[name] = m
	})
	return messages
}
