package casework

import (
	"maps"
	"time"

	"wangban/internal/form"
)

// State is a case as its events tell it. It is a value: Apply returns a new
// one. Everything personal in it is sealed at rest.
type State struct {
	ID      string `json:",omitzero"`
	Number  string `json:",omitzero"` // 办件编号, from the first submission on
	Item    string `json:",omitzero"`
	Hash    string `json:",omitzero"` // of the item version the case is pinned to
	Stage   string `json:",omitzero"`
	Version int    `json:",omitzero"` // number of events so far
	Looks   int    `json:",omitzero"` // how many of the last were looks, which change nothing

	Owner    string   `json:",omitzero"` // who may act as applicant: an account or a browser session
	Sessions []string `json:",omitzero"` // sessions that have acted as applicant; none of them may sign
	Helper   *Officer `json:",omitzero"` // staff member who started the case for the applicant (帮办)
	Channel  string   `json:",omitzero"` // where it was started: web, window, paper, patrol, inspection, wechat, media, kiosk
	Unit     string   `json:",omitzero"` // unit that handles the case
	Holder   *Officer `json:",omitzero"` // staff member who claimed it

	Values    form.Values       `json:",omitzero"` // the answers as they stand
	Verified  map[string]string `json:",omitzero"` // field → mobile number proven by a code
	Confirmed map[string]string `json:",omitzero"` // field → odd value the applicant has confirmed
	Reused    []Reused          `json:",omitzero"` // files that were given before, while they are among the answers
	Revision  int               `json:",omitzero"` // number of submissions
	Submitted *Snapshot         `json:",omitzero"` // the last submission
	Baseline  *Snapshot         `json:",omitzero"` // what the last signature covers; without one, what went to review unsigned
	Signature *Signature        `json:",omitzero"` // the last one
	Changed   []string          `json:",omitzero"` // protected facts that differ from the baseline, at the last submission
	Carried   bool              `json:",omitzero"` // the last submission carries the old signature over

	Vouched        *Proof      `json:",omitzero"` // an officer's word for the signer; good for a while in the stage in which it was given
	Token          string      `json:",omitzero"` // of the signing link, while there is one
	Since          time.Time   `json:",omitzero"` // when the stage was entered
	Lapsed         string      `json:",omitzero"` // the stage whose time ran out into this one
	Due            time.Time   `json:",omitzero"` // when the stage lapses; zero: never
	DueNear        time.Time   `json:",omitzero"` // when little of that is left, of a stage in which the office has to keep it
	ClockStart     time.Time   `json:",omitzero"` // when the case's own limit began to run
	ClockDue       time.Time   `json:",omitzero"` // end of the promised limit; zero while it is paused
	ClockNear      time.Time   `json:",omitzero"` // when little of it is left
	ClockStatutory time.Time   `json:",omitzero"` // end of the limit that the law sets
	ClockEnd       time.Time   `json:",omitzero"` // when the case ended or left the running stages
	Pauses         []Pause     `json:",omitzero"`
	Extensions     []Extension `json:",omitzero"`

	Consults []Consult              `json:",omitzero"` // other units' opinions asked for
	Visits   []Visit                `json:",omitzero"` // appointments on the spot
	Sheets   map[string]Sheet       `json:",omitzero"` // what staff filled in, by the name in the item
	Drafts   map[string]form.Values `json:",omitzero"` // sheets not handed in yet
	Done     map[string]int         `json:",omitzero"` // how often each act was done
	Acted    map[string]Officer     `json:",omitzero"` // who of staff did each act last

	Judgements map[string]Judgement   `json:",omitzero"` // by field ID
	Return     *Return                `json:",omitzero"` // why it was returned, the last time
	Findings   map[string]Finding     `json:",omitzero"` // what the last checks found
	Results    map[string]string      `json:",omitzero"` // what effects made: "licence" → number
	LastAct    map[string][]time.Time `json:",omitzero"` // when acts with a limit were done, newest last
	CreatedAt  time.Time              `json:",omitzero"`
	UpdatedAt  time.Time              `json:",omitzero"`
}

// Officer is a staff member with the unit they acted for.
type Officer struct {
	ID    string    `json:"id"`
	Name  string    `json:"name"`
	Unit  string    `json:"unit"`
	Until time.Time `json:"until,omitzero"` // of a claim
}

// Sheet is what a member of staff filled in with an act.
type Sheet struct {
	At     time.Time   `json:"at"`
	By     Officer     `json:"by"`
	Values form.Values `json:"values"`
}

// Reused is a file that the organisation has given before, used again with its
// consent.
type Reused struct {
	Field string    `json:"field"`
	Hash  string    `json:"hash"`
	From  string    `json:"from"` // number of the case in which it was given, or of the licence it is
	At    time.Time `json:"at"`   // of the consent

	Licence bool      `json:"licence,omitempty"` // From is a licence
	Given   time.Time `json:"given,omitzero"`    // when it was handed in there
	Until   string    `json:"until,omitempty"`   // last day on which it is valid, 2006-01-02; "" without end
}

// Snapshot is the protected facts of one revision, normalised for comparison
//
type Snapshot struct {
	Revision int               `json:"revision"`
	At       time.Time         `json:"at"`
	Facts    map[string]string `json:"facts"`
	Values   form.Values       `json:"values,omitempty"` // of the last submission, for showing what was edited since
}

// Signature is a signature given on the document of a stage.
type Signature struct {
	At       time.Time         `json:"at"`
	Document string            `json:"document"`         // name in the item
	Digest   string            `json:"digest"`           // of the facts that the document states
	File     form.File         `json:"file"`             // the signed PDF
	Serial   string            `json:"serial,omitempty"` // of the certificate
	Proofs   []Proof           `json:"proofs"`
	Facts    map[string]string `json:"facts"`
	Revision int               `json:"revision"`
}

// Covers tells whether a signature, if there is one, was given to these facts.
func (g *Signature) Covers(facts map[string]string) bool {
	return g != nil && maps.Equal(g.Facts, facts)
}

// Signed tells whether the signature on record was given to what was last
// handed in. An older one may be kept from before a change, or from before the
// applicant turned to paper: it says nothing about this submission.
func (s State) Signed() bool { return s.Submitted != nil && s.Signature.Covers(s.Submitted.Facts) }

// Proof is how a person was identified.
type Proof struct {
	Method string         `json:"method"` // sms, face-provider, camera-evidence, counter
	At     time.Time      `json:"at"`
	Detail map[string]any `json:"detail,omitempty"` // result without any image; file hash of kept evidence
}

// Fresh tells whether a proof still counts at an instant.
func (p Proof) Fresh(now time.Time) bool { return now.Sub(p.At) < ProofLife && !p.At.After(now) }

// Voucher is who has vouched in a proof of an officer's word.
func (p Proof) Voucher() Officer {
	text := func(key string) string { s, _ := p.Detail[key].(string); return s }
	return Officer{ID: text("officer"), Name: text("name"), Unit: text("unit")}
}

// Judgement is what a reviewer thinks of one field or document.
type Judgement struct {
	Right  bool   `json:"right"`
	Reason string `json:"reason,omitempty"` // code in the catalogue
	Note   string `json:"note,omitempty"`
}

// Stated tells whether the reasons on record are the applicant's own, such as
// what a party has said against a notice (陈述、申辩), and not the office's.
func (s State) Stated() bool { return s.Return != nil && s.Return.Kind == Applicant }

// Return says why a case was returned or ended against the applicant.
type Return struct {
	At      time.Time            `json:"at"`
	Kind    Kind                 `json:"kind,omitempty"` // of who gave the reasons: applicants state theirs, too; "" is what was not kept once
	By      string               `json:"by"`             // unit, not person
	Reasons []string             `json:"reasons"`
	Text    string               `json:"text,omitempty"`
	Fields  map[string]Judgement `json:"fields,omitempty"`
}

// Level of a Finding.
type Level string

// Levels.
const (
	Fine   Level = "fine"
	Warn   Level = "warn"
	Refuse Level = "refuse"
)

// Finding is the answer of a check that a domain room owns, such as the
// comparison with the entity base.
type Finding struct {
	Level   Level        `json:"level"`
	Code    string       `json:"code"`
	Text    string       `json:"text"` // what was found and what to do
	Args    []any        `json:"args,omitempty"`
	Compare []Comparison `json:"compare,omitempty"`
}

// Comparison holds an answer against what the house knows.
type Comparison struct {
	Field string `json:"field"`
	Label string `json:"label"`
	Given string `json:"given"`
	Known string `json:"known"`
	Same  bool   `json:"same"`
	Words bool   `json:"words,omitempty"` // Given and Known are words, to be translated
}

// Event is one thing that happened. Events are append-only; Salt and Leaf
// make it a leaf of the transparency log.
type Event struct {
	Case  string
	Seq   int
	Act   string
	Actor Actor
	At    time.Time
	Key   string // chosen by the client: the same key means the same act
	From  string
	To    string
	Data  EventData
	Salt  []byte
	Leaf  []byte // see leaf.go

	said []byte // actor and data as they are sealed; nil: not read from the database
}

// EventData is what an act changed: the personal part of an event, sealed at
// rest. Apply needs nothing else to follow.
type EventData struct {
	Create     *Created             `json:"create,omitempty"`
	Values     form.Values          `json:"values,omitempty"` // answers that changed; null removes one
	Verified   map[string]string    `json:"verified,omitempty"`
	Confirmed  map[string]string    `json:"confirmed,omitempty"`
	Reused     []Reused             `json:"reused,omitempty"`
	Number     string               `json:"number,omitempty"`
	Unit       string               `json:"unit,omitempty"`
	Submit     *Submission          `json:"submit,omitempty"`
	Token      string               `json:"token,omitempty"`
	Due        time.Time            `json:"due,omitzero"`
	DueNear    time.Time            `json:"due_near,omitzero"`
	Hash       string               `json:"hash,omitempty"` // the case goes on under this version of its item
	Clock      *Clock               `json:"clock,omitempty"`
	Pause      *Pause               `json:"pause,omitempty"`
	Extension  *Extension           `json:"extension,omitempty"`
	Consults   []Consult            `json:"consults,omitempty"` // asked, answered or recalled
	Visit      *Visit               `json:"visit,omitempty"`
	Sheet      *SheetData           `json:"sheet,omitempty"`
	Signature  *Signature           `json:"signature,omitempty"`
	Vouched    *Proof               `json:"vouched,omitempty"` // an officer's word for the signer
	Judgements map[string]Judgement `json:"judgements,omitempty"`
	Return     *Return              `json:"return,omitempty"`
	Disowned   bool                 `json:"disowned,omitempty"` // somebody else has signed: the signature counts no more
	Findings   map[string]Finding   `json:"findings,omitempty"`
	Holder     *Officer             `json:"holder,omitempty"`
	Owner      string               `json:"owner,omitempty"`
	Results    map[string]string    `json:"results,omitempty"`
	Reason     string               `json:"reason,omitempty"`  // free text of the actor, e.g. why refused
	Counted    bool                 `json:"counted,omitempty"` // the act has a rate limit
	Erased     []string             `json:"erased,omitempty"`  // digests of what is left of a forgotten case's events
}

// SheetData is a sheet as an act brings it, or a draft of it.
type SheetData struct {
	Name   string      `json:"name"`
	Draft  bool        `json:"draft,omitempty"`
	Values form.Values `json:"values"`
}

// Created is how a case began.
type Created struct {
	Item, Hash, Owner, Channel string
	Helper                     *Officer    `json:",omitempty"`
	Values                     form.Values `json:",omitempty"`
}

// Submission is what was handed in.
type Submission struct {
	Snapshot
	Changed []string `json:"changed,omitempty"`
	Carried bool     `json:"carried,omitempty"`
	Basis   bool     `json:"basis,omitempty"` // goes to review without a signature: the baseline from now on
}
