package casework

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"wangban/internal/form"
	"wangban/internal/item"
)

// Env is what the item's conditions see of a case: the answers, the item's
// facts, and by name
//
//	changed   protected facts that differ from what the last signature covers
//	signed    whether a signature is on record
//	stage, number, due, sign_url, case_url, reasons, results
//	appointment  when the visit is that has been arranged
//	case.number, case.title  the title is the item's
//	papers    in messages: the documents that the act makes, with their numbers
//	paused, extended, consults.asked, .open, .agreed, .disagreed
//	done.ACT  how often an act was done
//
// and the answers on the sheets that staff filled in,
//
// so that conditions, messages and documents speak of one and the same.
func Env(house House, it *item.Item, s State) form.Env {
	env := it.Form.Env(s.Values)
	env["changed"] = changed(it, s, env)
	env["signed"] = s.Signature != nil
	env["stage"], env["number"], env["due"] = s.Stage, s.Number, s.Due
	env["case"] = map[string]any{"number": s.Number, "title": it.Guide.Title}
	env["appointment"] = nil
	if v, ok := s.Booked(); ok {
		env["appointment"] = v.At
	}
	env["sign_url"], env["case_url"], env["papers"] = SignURL(house, s), house.BaseURL+"/cases/"+s.ID, ""
	env["reasons"] = reasonText(it, s)
	results := map[string]any{}
	for k, v := range s.Results {
		results[k] = v
	}
	env["results"] = results
	env["paused"], env["extended"] = s.Paused(), len(s.Extensions) > 0
	env["consults"] = consultCounts(s)
	env["done"] = doneCounts(it, s)
	for name, sheet := range it.Sheets {
		filled := sheet.Form().Env(s.Sheets[name].Values)
		for _, f := range sheet.Fields {
			env.Set(f.ID, filled.Get(f.ID))
		}
	}
	for _, f := range it.Flow.Facts {
		env[f.Name] = f.Is.Holds(env)
	}
	return env
}

// doneCounts tells how often each act of the item was done, those never done
// too.
func doneCounts(it *item.Item, s State) map[string]any {
	done := map[string]any{}
	for _, stage := range it.Flow.Stages {
		for _, a := range stage.Acts {
			done[a.Name] = s.Done[a.Name]
		}
	}
	for _, a := range it.Flow.House {
		done[a.Name] = s.Done[a.Name]
	}
	return done
}

// SignURL is the address of the signing page while there is one. It is shown
// to the agent too (seed 附件1), so it is no credential.
func SignURL(house House, s State) string {
	if s.Token == "" {
		return ""
	}
	return house.BaseURL + "/s/" + s.Token
}

// ProtectedFacts are the facts a signature covers, normalised for comparison
//
//
// What was typed or uploaded earlier and is not asked any more is no fact: who
// turns from a letter on paper to the phone has no paper.
func ProtectedFacts(it *item.Item, s State, env form.Env) map[string]string {
	facts, v := map[string]string{}, it.Form.Asked(s.Values)
	for _, p := range it.Flow.Protected {
		switch {
		case !p.When.Holds(env):
			facts[p.Name] = ""
		case p.Document != "":
			facts[p.Name] = documentFact(it, p, v)
		default:
			facts[p.Name] = normal(it, p.Field, v)
		}
	}
	return facts
}

// documentFact identifies what a document adds to the other protected facts:
// its layout with the values only it has (O-7), and on paper the upload that
// says so.
func documentFact(it *item.Item, p item.Protected, v form.Values) string {
	fact := "document:" + digest(it, p.Document, p.Values, v)
	if files, ok := v[p.Upload].([]form.File); ok && len(files) > 0 {
		hashes := make([]string, len(files))
		for i, f := range files {
			hashes[i] = f.Hash
		}
		fact += " upload:" + strings.Join(hashes, ",")
	}
	return fact
}

// DocumentDigest is the digest of what a document of the item states, given
// the answers: its layout and every answer it depends on.
func DocumentDigest(it *item.Item, document string, v form.Values) string {
	var fields []string
	for _, p := range it.Flow.Protected {
		switch {
		case p.Document == document:
			fields = append(fields, p.Values...)
		case p.Field != "":
			fields = append(fields, p.Field)
		}
	}
	return digest(it, document, fields, it.Form.Asked(v))
}

func digest(it *item.Item, document string, fields []string, v form.Values) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n", it.Documents[document].Hash)
	for _, id := range slices.Sorted(slices.Values(fields)) {
		fmt.Fprintf(h, "%s=%q\n", id, normal(it, id, v))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func normal(it *item.Item, id string, v form.Values) string {
	field, ok := it.Form.Field(id)
	if !ok {
		return ""
	}
	return form.Normal(field, v[id])
}

// changed names the protected facts that differ from the baseline; without a
// baseline everything is new.
func changed(it *item.Item, s State, env form.Env) []string {
	names := []string{}
	if len(it.Flow.Protected) == 0 {
		return names
	}
	now := ProtectedFacts(it, s, baseEnv(it, env))
	for _, p := range it.Flow.Protected {
		if s.Baseline == nil || s.Baseline.Facts[p.Name] != now[p.Name] {
			names = append(names, p.Name)
		}
	}
	return names
}

// baseEnv adds the facts that do not depend on what changed: whether a
// document exists at all is told by them.
func baseEnv(it *item.Item, env form.Env) form.Env {
	for _, f := range it.Flow.Facts {
		if !slices.Contains(f.Is.Refs(), "changed") {
			env[f.Name] = f.Is.Holds(env)
		}
	}
	return env
}

// ChangedLabels are the names of changed facts as people read them.
func ChangedLabels(it *item.Item, names []string) []string {
	var labels []string
	for _, p := range it.Flow.Protected {
		if slices.Contains(names, p.Name) {
			labels = append(labels, p.Label)
		}
	}
	return labels
}

// reasonText is the reasons of the last return in one line, for messages, whose
// sentences go on or end behind it.
func reasonText(it *item.Item, s State) string {
	if s.Return == nil {
		return ""
	}
	var parts []string
	for _, code := range s.Return.Reasons {
		if r, ok := reasonOf(it, code); ok && code != "OTHER" {
			parts = append(parts, r.Label)
		}
	}
	if text := strings.TrimRightFunc(s.Return.Text, stops); text != "" {
		parts = append(parts, text)
	}
	return strings.Join(parts, "；")
}

// stops tells whether a sentence stops with a sign.
func stops(r rune) bool {
	return r == '。' || r == '；' || r == '.' || r == ';' || unicode.IsSpace(r)
}

func reasonOf(it *item.Item, code string) (item.Reason, bool) {
	for _, catalogue := range it.Flow.Reasons {
		for _, r := range catalogue {
			if r.Code == code {
				return r, true
			}
		}
	}
	return item.Reason{}, false
}

// PartyOf finds the party that a message or an act means: a party's name,
// "applicant" or "signer".
func PartyOf(it *item.Item, env form.Env, name string) (item.Party, bool) {
	switch name {
	case "applicant":
		for _, c := range it.Flow.Applicant {
			if c.When.Holds(env) {
				name = c.Party
				break
			}
		}
	case "signer":
		name = it.Flow.Signer
	}
	for _, p := range it.Flow.Parties {
		if p.Name == name {
			return p, p.When.Holds(env)
		}
	}
	return item.Party{}, false
}

// Messages renders what is to be told, in the state after the act. Papers is
// what the act's documents are called, with their numbers.
func Messages(house House, it *item.Item, s State, tells []item.Tell, papers string) []Message {
	env := Env(house, it, s)
	env["papers"] = papers
	applicant, _ := PartyOf(it, env, "applicant")
	var out []Message
	for _, t := range tells {
		party, ok := PartyOf(it, env, t.To)
		if !ok || !t.When.Holds(env) {
			continue
		}
		to, _ := s.Values[party.Mobile].(string)
		m := it.Messages[t.Message]
		params, text := render(m, env)
		out = append(out, Message{Template: t.Message, Party: party.Name, To: to, Params: params, Text: text, Night: m.Night, PerDay: m.PerDay})
		if party.Name == applicant.Name {
			out[len(out)-1].Owner = s.Owner
		}
	}
	return out
}

func render(m item.Message, env form.Env) (map[string]string, string) {
	params := map[string]string{}
	var replace []string
	for name, c := range m.Vars {
		value, err := c.Text(env)
		if err != nil {
			value = ""
		}
		params[name] = value
		replace = append(replace, "${"+name+"}", value)
	}
	return params, strings.NewReplacer(replace...).Replace(m.Text)
}
