package casework_test

import (
	"slices"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
)

// people are those of the office who act in these tests, with what they may
// do; "*" is every unit.
var people = map[string]casework.Actor{
	"clerk": person("clerk", "chengguan", "clerk"),
	"ann":   person("ann", "chengguan", "reviewer"),
	"ben":   person("ben", "chengguan", "reviewer"),
	"hans":  person("hans", "hangbu", "reviewer"),
	"lea":   chief("lea", "leader"),
	"leo":   chief("leo", "leader"),
	"both":  chief("both", "leader", "reviewer"),
}

func person(id, unit string, roles ...string) casework.Actor {
	return casework.Actor{Kind: casework.Staff, ID: id, Name: id, Unit: unit, Roles: roles, Units: []string{unit}}
}

func chief(id string, roles ...string) casework.Actor {
	a := person(id, "county", roles...)
	a.Units = []string{"*"}
	return a
}

func may(who, unit string) bool {
	a, ok := people[who]
	return ok && (a.Units[0] == "*" || a.Units[0] == unit)
}

func is(who, role string) bool { return slices.Contains(people[who].Roles, role) }

// deed is one thing that somebody tries in a random life.
type deed struct {
	act, who string
	unit     string   // transfer, consult, answer, recall
	officers []string // assign, appoint
	good     bool     // answer: agrees; visit: passes; propose: in favour; save: what was marked
	wait     time.Duration
}

// asked is a question to a unit in the model.
type asked struct {
	unit  string
	stand string // open, agreed, disagreed, recalled
}

// span is a time that does not count.
type span struct{ from, to time.Time }

// workModel is what the acts of staff do, said once more as plainly as can be,
// for the test item that uses them all. It shares nothing with the engine but
// which days are working days.
type workModel struct {
	stage, unit, holder string
	entered, touched    time.Time
	start, ended        time.Time
	pauses              []span
	paused              bool
	longer              map[int]bool // the limits of so many days that were extended before they ran out
	questions           []asked
	booked              []string
	bookedFor           time.Time
	passed              string // of the last visit
	done                map[string]int
	last                map[string]string
}

func newWorkModel(now time.Time) *workModel {
	return &workModel{stage: "draft", entered: now, touched: now, done: map[string]int{}, last: map[string]string{}}
}

func (m *workModel) over() bool {
	return slices.Contains([]string{"done", "denied", "closed"}, m.stage)
}

func (m *workModel) examined() bool {
	return slices.Contains([]string{"waiting", "examination", "decision", "refusal"}, m.stage)
}

// clock lets time run out.
func (m *workModel) clock(now time.Time) {
	switch {
	case m.stage == "received" && !now.Before(workdays(m.entered, 5, nil)):
		m.start = m.entered // accepted from the day of receipt
		m.enter("waiting", now)
	case m.stage == "examination" && !now.Before(workdays(m.touched, 5, nil)):
		m.enter("waiting", now)
	case m.stage == "draft" && now.Sub(m.touched) >= 30*24*time.Hour, m.stage == "correcting" && now.Sub(m.touched) >= 60*24*time.Hour:
		m.enter("closed", now)
	}
}

func (m *workModel) enter(stage string, now time.Time) {
	if stage == m.stage { // given to somebody else where it is
		m.touched = now
		return
	}
	m.stage, m.entered, m.touched, m.holder = stage, now, now, ""
	if m.examined() && m.start.IsZero() {
		m.start = now
	}
	if m.over() {
		if m.paused {
			m.pauses[len(m.pauses)-1].to, m.paused = now, false
		}
		if !m.start.IsZero() {
			m.ended = now
		}
		for i, q := range m.questions {
			if q.stand == "open" {
				m.questions[i].stand = "recalled"
			}
		}
	}
}

// due is when so many working days have passed that no pause touches; zero
// while paused before.
func (m *workModel) due(n int) time.Time {
	if m.longer[n] {
		n += 10
	}
	return workdays(m.start, n, m.pauses)
}

func workdays(start time.Time, n int, pauses []span) time.Time {
	midnight := func(t time.Time) time.Time {
		t = t.In(form.Shanghai)
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, form.Shanghai)
	}
	for day := midnight(start).AddDate(0, 0, 1); ; day = day.AddDate(0, 0, 1) {
		still := false
		for _, p := range pauses {
			if p.to.IsZero() && !day.Before(midnight(p.from)) {
				return time.Time{}
			}
			still = still || !day.Before(midnight(p.from)) && !day.After(midnight(p.to))
		}
		if !still && calendar.IsWorkday(day) {
			if n--; n == 0 {
				return day.Add(17*time.Hour + 30*time.Minute)
			}
		}
	}
}

func (m *workModel) open() (units []string) {
	for _, q := range m.questions {
		if q.stand == "open" {
			units = append(units, q.unit)
		}
	}
	return units
}

func (m *workModel) count(stand string) (n int) {
	for _, q := range m.questions {
		if q.stand == stand {
			n++
		}
	}
	return n
}

// close ends the open question to a unit.
func (m *workModel) close(unit, stand string) bool {
	for i, q := range m.questions {
		if q.unit == unit && q.stand == "open" {
			m.questions[i].stand = stand
			return true
		}
	}
	return false
}

// works tells whether somebody of the staff may do what needs one of some
// roles, and not the case in his hands.
func (m *workModel) works(who string, roles ...string) bool {
	return may(who, m.unit) && slices.ContainsFunc(roles, func(r string) bool { return is(who, r) })
}

// holds is works, and nobody else has the case.
func (m *workModel) holds(who string, roles ...string) bool {
	return m.works(who, roles...) && (m.stage != "examination" || m.holder == "" || m.holder == who)
}

// step does a deed and tells whether it is possible at all.
func (m *workModel) step(d deed, now time.Time) bool {
	m.clock(now)
	stage, ok := m.try(d, now)
	if !ok {
		return false
	}
	if _, staff := people[d.who]; staff && d.act != "draft" {
		m.last[d.act] = d.who
	}
	m.done[d.act]++
	if stage != "" {
		m.enter(stage, now)
	} else if m.stage == "draft" || m.stage == "correcting" || m.stage == "examination" && m.holder == d.who {
		m.touched = now
	}
	switch d.act {
	case "submit":
		m.unit = "chengguan" // of the town
	case "claim":
		m.holder = d.who
	case "assign", "reassign":
		m.holder = d.officers[0]
	case "transfer":
		m.unit = d.unit
	}
	return true
}

func (m *workModel) try(d deed, now time.Time) (to string, ok bool) {
	switch d.act {
	case "submit":
		return "received", m.stage == "draft" && d.who == "contact"
	case "supplement":
		return "received", m.stage == "correcting" && d.who == "contact"
	case "save":
		return "", d.who == "contact" && (m.stage == "draft" || m.stage == "correcting" && d.good)
	case "withdraw":
		return "closed", m.examined() && d.who == "contact"
	case "accept":
		return "waiting", m.stage == "received" && m.works(d.who, "clerk")
	case "correct":
		return "correcting", m.stage == "received" && m.works(d.who, "clerk") && m.done["correct"] == 0
	}
	if !m.examined() {
		return "", false
	}
	if slices.Contains([]string{"claim", "assign", "reassign", "propose", "approve", "deny", "back", "transfer"}, d.act) && m.paused {
		return "", false
	}
	return m.tryExamined(d, now)
}

func (m *workModel) tryExamined(d deed, now time.Time) (to string, ok bool) {
	switch d.act {
	case "claim":
		return "examination", m.stage == "waiting" && m.works(d.who, "reviewer")
	case "assign", "reassign":
		from := map[string]string{"assign": "waiting", "reassign": "examination"}[d.act]
		return "examination", m.stage == from && m.works(d.who, "leader") && m.works(d.officers[0], "reviewer")
	case "check_again":
		return "", m.stage == "examination" && m.holds(d.who, "reviewer") && m.done["check_again"] < 2
	case "propose":
		to = "refusal"
		if d.good {
			to = "decision"
		}
		return to, m.stage == "examination" && m.holds(d.who, "reviewer") && len(m.open()) == 0
	case "approve":
		second := d.who != m.last["propose"] && d.who != m.last["assign"] && d.who != m.last["reassign"]
		return "done", m.stage == "decision" && m.works(d.who, "leader") && second && m.passed == "pass" && m.count("disagreed") == 0
	case "deny":
		return "denied", m.stage == "refusal" && m.works(d.who, "leader") && d.who != m.last["propose"]
	case "back":
		return "waiting", (m.stage == "decision" || m.stage == "refusal") && m.works(d.who, "leader")
	case "transfer":
		return "waiting", m.works(d.who, "leader") && d.unit != m.unit
	}
	return "", m.tryBeside(d, now)
}

// tryBeside are the acts that lead nowhere.
func (m *workModel) tryBeside(d deed, now time.Time) bool {
	switch d.act {
	case "consult":
		if !m.holds(d.who, "reviewer", "leader") || d.unit == m.unit || slices.Contains(m.open(), d.unit) {
			return false
		}
		m.questions = append(m.questions, asked{d.unit, "open"})
		return true
	case "answer":
		if people[d.who].Unit != d.unit {
			return false
		}
		return m.close(d.unit, map[bool]string{true: "agreed", false: "disagreed"}[d.good])
	case "recall":
		return m.holds(d.who, "reviewer", "leader") && m.close(d.unit, "recalled")
	case "appoint":
		if !m.holds(d.who, "reviewer") || d.officers[0] == d.officers[1] || !may(d.officers[0], m.unit) || !may(d.officers[1], m.unit) {
			return false
		}
		m.booked, m.bookedFor = d.officers, now.Add(24*time.Hour)
		return true
	case "visit":
		if !m.works(d.who, "reviewer") || !slices.Contains(m.booked, d.who) || now.Before(m.bookedFor) {
			return false
		}
		m.booked, m.passed = nil, map[bool]string{true: "pass", false: "fail"}[d.good]
		return true
	case "pause":
		if !m.holds(d.who, "reviewer") || m.paused {
			return false
		}
		m.paused, m.pauses = true, append(m.pauses, span{from: now})
		return true
	case "resume":
		if !m.holds(d.who, "reviewer") || !m.paused {
			return false
		}
		m.paused, m.pauses[len(m.pauses)-1].to = false, now
		return true
	case "extend":
		if !m.works(d.who, "leader") || m.paused || m.longer != nil || !now.Before(m.due(20)) {
			return false
		}
		m.longer = map[int]bool{10: now.Before(m.due(10)), 20: true}
		return true
	}
	return false
}
