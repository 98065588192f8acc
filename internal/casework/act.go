package casework

import (
	"time"

	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/workday"
)

// Actor is who acts, as the edge has established it.
type Actor struct {
	Kind    Kind     `json:"kind"`
	ID      string   `json:"id"`             // account, session or staff ID; "timer" for the clock
	Name    string   `json:"name,omitempty"` // shown to staff
	Unit    string   `json:"unit,omitempty"` // staff: unit they act for
	Roles   []string `json:"roles,omitempty"`
	Units   []string `json:"-"`                // staff: units whose cases they may handle; "*" is every unit
	For     []string `json:"-"`                // staff: who is away and they stand in for (代办)
	Behalf  string   `json:"behalf,omitempty"` // of an event: the one who is away, on whose case they acted
	Session string   `json:"session,omitempty"`
	Cases   []string `json:"-"` // applicant: cases that a code by SMS has opened for this session
	Proofs  []Proof  `json:"proofs,omitempty"`
}

// Kind of actor.
type Kind string

// Kinds of actors.
const (
	Applicant Kind = "applicant"
	Signer    Kind = "signer"
	Staff     Kind = "staff"
	System    Kind = "system"
)

// Input is an act somebody wants to do.
type Input struct {
	Act    string
	Key    string // chosen by the client, for idempotency; required
	Actor  Actor
	Expect int // version of the case the actor saw; 0 when it does not matter
	Data   Data
}

// Data is what an act brings along.
type Data struct {
	Values     form.Values          // save: answers that changed; null removes one
	Verified   map[string]string    // verify: field → number proven
	Confirmed  map[string]string    // save: odd values confirmed
	Reused     []Reused             // save: files among Values that were given before; At is set by the door
	Reasons    []string             // codes of the catalogue
	Text       string               // free text
	Judgements map[string]Judgement // judge, approve, return
	Declared   []string             // statements ticked, of an act that asks for some
	Signature  *Signature           // sign
	Digest     string               // sign: of the document the signer saw
	Owner      string               // take_over: the new owner
	Officers   []string             // assign, appoint: members of staff
	Unit       string               // transfer: the unit to handle the case
	Units      []string             // consult: the units asked
	Consult    int                  // answer, recall: which consultation
	Agree      bool                 // answer
	At         time.Time            // appoint: when
	Sheet      form.Values          // what the officer fills in with the act
	For        string               // draft: the sheet it belongs to
}

// House is what the installation tells a decision: everything that is neither
// in the case nor in the item.
type House struct {
	BaseURL    string
	Region     string            // GB/T 2260, 6 digits
	Department string            // two digits of the 办件编号
	Towns      map[string]Town   // by township code
	CountyUnit string            // handles cases without a town
	Units      map[string]string // names by code
	// Count is the end of a limit, by the State Council's calendar and the
	// office hours; an error when the calendar lacks a year.
	Count func(start time.Time, limit item.Limit, pauses []workday.Pause) (workday.Due, error)
	// Left is how many whole units of a limit lie between two instants, as
	// workday.Calendar.Left tells. It is asked for every row of a list.
	Left func(from, to time.Time, unit item.Unit) int
}

// Town is a township with the unit that is responsible for it.
type Town struct{ Name, Unit string }

// Outside is what a decision needs from beyond: it is gathered by the door
// before deciding, so that Decide stays pure.
type Outside struct {
	Now      time.Time
	Token    string             // fresh and random, used when a stage signs
	Number   string             // the next 办件编号, used at the first submission
	Findings map[string]Finding // of the checks the act asks for
	Officers map[string]Actor   // the members of staff that the act names
	Closed   bool               // the item takes no new applications now
}

// Message is a text for one person, ready to be sent.
type Message struct {
	Template string // name in the item
	Party    string // whom it is for
	Owner    string // of the case, when it is for its applicant: in whose account it stands
	To       string // mobile number
	Params   map[string]string
	Text     string // without the signature 【…】
	Night    bool   // may be sent at night
	PerDay   int    // most of this template to one number a day; 0: no limit of its own
	Tail     *Tail  // what is said instead at the end of another message; nil: it stands alone
}

// Tail is what a message beside those of the item comes to where it can be said
// at the end of the act's own message to the same person: one SMS, not two.
type Tail struct {
	Text   string
	Params map[string]string // none of a name that items use
}

// Timer makes the clock act on the case.
type Timer struct {
	Name string // lapse, remind, idle, remind_unit:N
	At   time.Time
}

// Outcome is what an act leads to.
type Outcome struct {
	Event   Event
	State   State
	Tells   []item.Tell // messages to send; see Messages
	Retimed bool        // Timers replaces all earlier ones
	Timers  []Timer
	Effects []Call
	Papers  []string // documents to be made of the event
}

// Call is an effect to run in the transaction of the act, or a check to ask,
// with the settings that the item gives it.
type Call struct {
	Name string
	With map[string]string
}
