package casework

import (
	"maps"
	"slices"
	"time"

	"wangban/internal/form"
)

// Apply is what an event makes of a state. It reads nothing but the event, so
// that the state of a case is always the fold of its events.
func Apply(s State, e Event) State {
	if e.Act == ActReveal {
		return lookedAt(s, e)
	}
	d := e.Data
	s.Version, s.Looks = e.Seq, 0
	s.UpdatedAt = e.At
	if c := d.Create; c != nil {
		s.ID, s.Item, s.Hash, s.Owner, s.Channel, s.Helper = e.Case, c.Item, c.Hash, c.Owner, c.Channel, c.Helper
		s.CreatedAt, s.Values = e.At, maps.Clone(c.Values)
	}
	if e.Actor.Kind == Applicant && e.Actor.Session != "" && !slices.Contains(s.Sessions, e.Actor.Session) {
		s.Sessions = append(slices.Clone(s.Sessions), e.Actor.Session)
	}
	if d.Owner != "" {
		s.Owner = d.Owner
	}
	s.Values = merge(s.Values, d.Values)
	s.Verified = kept(s.Verified, d.Verified, s.Values)
	s.Confirmed = kept(s.Confirmed, d.Confirmed, s.Values)
	s.Reused = stillUsed(s.Reused, d.Reused, s.Values)
	if d.Number != "" {
		s.Number = d.Number
	}
	if d.Unit != "" {
		s.Unit = d.Unit
	}
	if d.Findings != nil {
		s.Findings = d.Findings
	}
	if d.Hash != "" {
		s.Hash = d.Hash
	}
	s = s.worked(e)
	if sub := d.Submit; sub != nil {
		s.Revision = sub.Revision
		s.Submitted = &sub.Snapshot
		s.Changed, s.Carried = sub.Changed, sub.Carried
		s.Judgements = nil
		if sub.Basis {
			s.Baseline = &Snapshot{Revision: sub.Revision, At: sub.At, Facts: sub.Facts}
		}
	}
	if d.Signature != nil {
		s.Signature = d.Signature
		s.Baseline = &Snapshot{Revision: d.Signature.Revision, At: d.Signature.At, Facts: d.Signature.Facts}
	}
	if d.Vouched != nil {
		s.Vouched = d.Vouched
	}
	if d.Judgements != nil {
		s.Judgements = mergeMap(s.Judgements, d.Judgements)
	}
	if d.Return != nil {
		s.Return = d.Return
	}
	if d.Disowned {
		s.Signature, s.Baseline, s.Carried = nil, nil, false
	}
	s.Results = mergeMap(s.Results, d.Results)
	if d.Counted {
		s.LastAct = maps.Clone(s.LastAct)
		if s.LastAct == nil {
			s.LastAct = map[string][]time.Time{}
		}
		s.LastAct[e.Act] = append(recent(s.LastAct[e.Act], e.At), e.At)
	}
	s = s.move(e)
	return s
}

// move follows the event from stage to stage, with the clocks that stop and
// start on the way.
func (s State) move(e Event) State {
	d := e.Data
	if e.From != e.To {
		s.Stage, s.Since = e.To, e.At
		s.Due, s.DueNear, s.Token, s.Holder, s.Lapsed, s.Vouched = d.Due, d.DueNear, d.Token, d.Holder, "", nil
		if e.Act == ActLapse {
			s.Lapsed = e.From
		}
	} else if !d.Due.IsZero() {
		s.Due, s.DueNear = d.Due, d.DueNear
	}
	if e.From == e.To && (d.Holder != nil || d.Unit != "" && d.Submit == nil) { // handed over: nobody there has it yet
		s.Holder = d.Holder
	}
	if c := d.Clock; c != nil {
		s.ClockStart, s.ClockDue, s.ClockNear, s.ClockStatutory, s.ClockEnd, s.Pauses = c.Start, c.Due, c.Near, c.Statutory, c.End, c.Pauses
	}
	return s
}

// worked follows what staff do beside leading the case on, and counts the
// acts.
func (s State) worked(e Event) State {
	d := e.Data
	s.Consults, s.Visits = withConsults(s.Consults, d.Consults), withVisit(s.Visits, d.Visit, e.At)
	if d.Extension != nil {
		s.Extensions = append(slices.Clone(s.Extensions), *d.Extension)
	}
	if t := d.Sheet; t != nil {
		if t.Draft {
			s.Drafts = mergeMap(s.Drafts, map[string]form.Values{t.Name: merge(s.Drafts[t.Name], t.Values)})
		} else {
			by := Officer{ID: e.Actor.ID, Name: e.Actor.Name, Unit: e.Actor.Unit}
			s.Sheets = mergeMap(s.Sheets, map[string]Sheet{t.Name: {At: e.At, By: by, Values: t.Values}})
			s.Drafts = maps.Clone(s.Drafts)
			delete(s.Drafts, t.Name)
		}
	}
	if e.Actor.Kind == Staff && e.Act != ActDraft {
		s.Acted = mergeMap(s.Acted, map[string]Officer{e.Act: {ID: e.Actor.ID, Name: e.Actor.Name, Unit: e.Actor.Unit}})
	}
	if e.Act != ActSave && e.Act != ActVerify && e.Act != ActDraft {
		s.Done = mergeMap(s.Done, map[string]int{e.Act: s.Done[e.Act] + 1})
	}
	return s
}

// merge puts changes into the answers; null takes an answer away.
func merge(v, changes form.Values) form.Values {
	if len(changes) == 0 {
		return v
	}
	out := maps.Clone(v)
	if out == nil {
		out = form.Values{}
	}
	for id, value := range changes {
		if value == nil {
			delete(out, id)
		} else {
			out[id] = value
		}
	}
	return out
}

func mergeMap[V any](m, changes map[string]V) map[string]V {
	if len(changes) == 0 {
		return m
	}
	out := maps.Clone(m)
	if out == nil {
		out = map[string]V{}
	}
	maps.Copy(out, changes)
	return out
}

// kept is what stays proven or confirmed: only of answers that are still what
// they were then.
func kept(old, added map[string]string, v form.Values) map[string]string {
	out := map[string]string{}
	for id, was := range mergeMap(old, added) {
		if now, _ := v[id].(string); now == was {
			out[id] = was
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// stillUsed are the reused files that are among the answers.
func stillUsed(old, added []Reused, v form.Values) []Reused {
	var out []Reused
	for _, r := range slices.Concat(old, added) {
		files, _ := v[r.Field].([]form.File)
		if slices.ContainsFunc(files, func(f form.File) bool { return f.Hash == r.Hash }) &&
			!slices.ContainsFunc(out, func(o Reused) bool { return o.Field == r.Field && o.Hash == r.Hash }) {
			out = append(out, r)
		}
	}
	return out
}

// recent drops what no limit looks back to: limits count a day at most.
func recent(times []time.Time, now time.Time) []time.Time {
	return slices.DeleteFunc(slices.Clone(times), func(t time.Time) bool { return now.Sub(t) > 48*time.Hour })
}
