package item

import "time"

func readGuide(p place) Guide {
	var g Guide
	p.read(keys{
		"title":   text(&g.Title),
		"summary": text(&g.Summary),
		"kind":    text(&g.Kind),
		"codes": func(v place) {
			v.read(keys{"base": text(&g.Codes.Base), "implementation": text(&g.Codes.Implementation), "department": text(&g.Codes.Department)})
		},
		"handling":   word(&g.Handling, "即办件", "承诺件"),
		"themes":     texts(&g.Themes),
		"events":     texts(&g.Events),
		"keywords":   texts(&g.Keywords),
		"audience":   texts(&g.Audience),
		"applicants": texts(&g.Applicants),
		"conditions": texts(&g.Conditions),
		"basis": func(v place) {
			for _, v := range v.list() {
				g.Basis = append(g.Basis, readBasis(v))
			}
		},
		"statutory": func(v place) { g.Statutory = readPromise(v) },
		"promised":  func(v place) { g.Promised = readPromise(v) },
		"fee":       text(&g.Fee),
		"depth":     text(&g.Depth),
		"visits":    number(&g.Visits),
		"materials": func(v place) {
			for _, v := range v.list() {
				g.Materials = append(g.Materials, readMaterial(v))
			}
		},
		"steps": texts(&g.Steps),
		"result": func(v place) {
			v.read(keys{"name": text(&g.Result.Name), "kind": text(&g.Result.Kind), "delivery": text(&g.Result.Delivery)})
		},
		"questions":   questions(&g.Questions, "ask", "answer"),
		"sheet":       questions(&g.Sheet, "do", "how"),
		"remedies":    texts(&g.Remedies),
		"unsure":      texts(&g.Unsure),
		"office":      text(&g.Office),
		"live":        func(v place) { v.read(period(&g.Live, nil)) },
		"paper_until": instant(&g.PaperUntil),
		"kiosk":       flag(&g.Kiosk),
		"licence": func(v place) {
			v.read(keys{"kind": texts(&g.Licence.Kinds), "act": word(&g.Licence.Act, LicenceActs()...), "field": text(&g.Licence.Field)})
		},
	})
	if g.Title == "" {
		p.report("没有事项名称。", "写 title:，就是办事指南上的事项名称。")
	}
	return g
}

func readBasis(p place) Basis {
	var b Basis
	p.read(period(&b.Period, keys{"title": text(&b.Title), "article": text(&b.Article), "text": text(&b.Text)}))
	return b
}

// period reads from and until. Both are days: until is the last one.
func period(to *Period, more keys) keys {
	known := keys{
		"from": instant(&to.From),
		"until": func(v place) {
			if t := v.instant(); !t.IsZero() {
				to.Until = t.Add(24 * time.Hour)
			}
		},
	}
	for k, read := range more {
		known[k] = read
	}
	return known
}

// readPromise reads "1 workday", or why there is no limit.
func readPromise(p place) Promise {
	if p.kind == scalar {
		return Promise{Limit: p.limit()}
	}
	var promise Promise
	p.read(keys{"limit": limit(&promise.Limit), "note": text(&promise.Note)})
	return promise
}

func readMaterial(p place) Material {
	var m Material
	p.read(keys{
		"name": text(&m.Name), "field": text(&m.Field), "source": text(&m.Source), "form": text(&m.Form),
		"note": text(&m.Note), "basis": text(&m.Basis),
		"again": flag(&m.Again), "ends": text(&m.Ends), "held": text(&m.Held),
	})
	return m
}

// questions reads a list of pairs.
func questions(to *[]Question, first, second string) func(place) {
	return func(v place) {
		for _, v := range v.list() {
			var q Question
			v.read(keys{first: text(&q.Ask), second: text(&q.Answer)})
			*to = append(*to, q)
		}
	}
}
