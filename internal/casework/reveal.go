package casework

// ActReveal puts on record that a member of staff has had numbers of persons
// shown in full. It changes nothing else: no clock, no order of the queue, and
// who has the case open in a form goes on as before.
const ActReveal = "reveal"

// staffOfUnit are the members of staff who may see the case, whatever their
// role.
const staffOfUnit = "staff"

// mayReveal asks that something has been handed in: before that, a case is its
// applicant's alone.
func mayReveal(s State) bool { return s.Submitted != nil }

// revealed is the outcome: an event, and a state that only knows that it was
// looked at.
func (d *decision) revealed() Outcome {
	e := Event{
		Case: d.s.ID, Seq: d.s.Version + 1, Act: ActReveal, Actor: d.in.Actor,
		At: d.out.Now, Key: d.in.Key, From: d.stage.Name, To: d.stage.Name,
	}
	return Outcome{Event: e, State: Apply(d.s, e)}
}

// lookedAt follows the event.
func lookedAt(s State, e Event) State {
	s.Version = e.Seq
	s.Looks++
	return s
}

// unchangedSince tells that nothing but looks came after a version.
func unchangedSince(s State, version int) bool {
	return version <= s.Version && s.Version-s.Looks <= version
}
