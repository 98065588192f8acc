// Package item reads, checks and keeps service items (政务服务事项): what can
// be applied for, as data. An item is a folder: identity and guide (item.yaml),
// form (form.yaml), flow (flow.yaml), messages, documents, English, worked
// examples. No Go file names an item.
//
// The room does not run cases (casework does) and does not draw forms (web).
package item

import (
	"time"

	"wangban/internal/form"
	"wangban/internal/workday"
)

// Item is one version of a service item. It is immutable after reading.
type Item struct {
	Name       string // of the folder, e.g. "legal-person-account"
	Hash       string // of the content of all files: the version a case is pinned to
	Guide      Guide
	Form       form.Form
	Flow       Flow
	Messages   map[string]Message
	Documents  map[string]Document
	Sheets     map[string]Sheet     // what staff fill in with an act, by name
	Catalogues map[string]Catalogue // long lists that the form chooses from, by name
	Examples   map[string]Example   // file name → story
	Fixtures   map[string][]byte    // examples/*.yaml that are answers, not stories, by name without ending
	Titles     map[string]string    // of the fixtures that have one: what each shows
	English    map[string]string    // Chinese text → English text

	files  map[string][]byte // everything in the folder, by path; see Pack
	packed func() []byte     // see Pack
	roots  map[string]*node  // the YAML of each file, for naming lines
	holes  bool              // a file is missing or is no YAML: what refers to it cannot be judged
}

// Limit is a number of hours, days, workdays or months.
type Limit = workday.Limit

// Unit of a limit.
type Unit = workday.Unit

// Units of limits. Hours and days are natural; workdays, half days and work
// hours follow the State Council's calendar, months the civil one.
const (
	Seconds   = workday.Seconds
	Minutes   = workday.Minutes
	Hours     = workday.Hours
	Days      = workday.Days
	Months    = workday.Months
	Workdays  = workday.Workdays
	HalfDays  = workday.HalfDays
	WorkHours = workday.WorkHours
)

// Flow is what can happen to a case of the item, by whom, until when.
type Flow struct {
	Profile   string   // "registration": returned means submitted anew; "licence": one case, corrected
	Subject   string   // field that says what the case is about, e.g. "unit.uscc": public, indexed
	Title     string   // field shown as the case's name in lists, e.g. "unit.name"
	Rep       string   // field with the name of the unit's representative, held against the entity base
	Town      string   // field that decides which unit receives the case
	Units     []ToUnit // units that receive it instead, by the answers: the first whose condition holds
	Parties   []Party  // the people of a case
	Applicant []Choice // which party applies: first whose condition holds
	Signer    string   // party who signs
	Facts     []Fact   // named conditions
	Protected []Protected
	Clock     Clock
	Start     string
	Stages    []Stage
	House     []HouseAct
	Reasons   map[string][]Reason  // catalogues
	Checks    map[string]EffectUse // checks with settings, by the name under which acts and fields ask for them
	Numbers   map[string]form.Cond // official numbers the item takes; see NumberNames

	across []HouseAct // as written; each stands in its stages too
}

// Party is a person of the case, told by the fields that describe them.
type Party struct {
	Name                                 string // "rep", "agent"
	Label                                string
	PersonName, IDType, IDNumber, Mobile string // field IDs
	When                                 form.Cond
}

// Choice picks a party by condition.
type Choice struct {
	When  form.Cond
	Party string
}

// ToUnit sends cases to a fixed unit (归口办理), by its code in the installation.
type ToUnit struct {
	When form.Cond
	Unit string
}

// Fact is a named condition, usable in others.
type Fact struct {
	Name string
	Is   form.Cond
}

// Protected is a fact that a signature covers: when it changes, the signature
// must be given again (seed 附件1 注意3). Either a field, or a document, which
// counts as changed when its layout or any value in it changes, or when
// another upload takes its place.
type Protected struct {
	Name     string // "rep.name" or "letter"
	Label    string
	Field    string
	Document string    // name in Documents
	Upload   string    // file field that stands for the document when it is on paper
	When     form.Cond // the document exists only when true
	Values   []string  // fields the document depends on, beside the protected ones
}

// Clock is the case's own time limit: it runs while the case is in one of the
// stages, from first entering them.
type Clock struct {
	Runs   []string
	Limit  Limit
	Longer []Longer // limits of some cases instead: the first whose condition holds
	Reset  bool     // start anew at each submission (registration) rather than go on
}

// Longer is the limit of cases that take longer than others.
type Longer struct {
	When  form.Cond
	Limit Limit
}

// Stage is where a case stands.
type Stage struct {
	Name   string
	Label  string // shown to everyone
	Hint   string // what the applicant should know or do
	By     string // who acts here: applicant, signer, a staff role
	Edit   bool   // answers can be changed
	Marked bool   // only those that were marked wrong, and what they bring up (补正)
	End    End    // the case is over
	Signs  string // document that is signed here
	Within Limit
	Lapse  *Move
	Remind *Remind
	Idle   *Move // after Within.N of nothing happening; see Move.After
	Held   bool  // only the staff member who claimed it acts
	Judge  []string
	Enter  []EffectUse
	Leave  []EffectUse
	Tell   []Tell
	Acts   []Act
}

// End tells how a case ended.
type End string

// Ends.
const (
	EndSuccess End = "success"
	EndFailure End = "failure"
	EndNone    End = "ended" // withdrawn, superseded
)

// Move is what happens without anyone acting.
type Move struct {
	After    Limit
	To       string
	Tell     []Tell
	Label    string
	Papers   []string
	Backdate bool // the case's limit counts from when the stage was entered, not from now (行政许可法 32)
}

// Remind sends a message once, Before the end of the stage's limit, not in the
// night (between Quiet[0] and Quiet[1], hours of the day).
type Remind struct {
	Before Limit
	Quiet  [2]int
	Tell   []Tell
}

// Tell sends a message to a party ("applicant", "signer", or a party's name).
type Tell struct {
	Message string
	To      string
	When    form.Cond
}

// Act is one thing that can be done.
type Act struct {
	Name     string
	Label    string
	Past     string   // as the timeline says it: "已提交"
	By       []string // defaults to the stage's By
	When     form.Cond
	Refusal  string // what to say when When does not hold
	Complete bool   // the form must be complete and right
	Confirm  []Confirm
	Identity []string // proofs of person the actor must bring; each entry may list alternatives "face-provider|camera-evidence|counter"
	Proves   string   // staff vouch for the signer: the proof that the act puts on record, e.g. "counter"
	Declare  []string // statements that the actor ticks one by one, all of them
	Letter   bool     // the document to sign must be the one the actor has seen
	Judged   bool     // every field and document has been judged
	Reason   string   // catalogue; with Required
	Required bool     // a reason must be given
	Checks   []string // findings to ask for; a refusing one refuses the act
	To       []Route
	Effects  []EffectUse
	Tell     []Tell
	Every    Limit    // at most once in
	PerDay   int      // at most so often a day
	Times    int      // at most so often in a case
	Differs  []string // acts that another officer must have done
	Sheet    string   // what the officer fills in with it
	Does     Verb     // what it does beside leading on
	Within   Limit    // consult: how long the other unit has
	Remind   Limit    // consult: so long before that it is reminded
	Extends  Limit    // extend: by how much
	Officers int      // appoint: how many at least (行政许可法 34: two)
	Papers   []string // documents that law or the item wants made of it
	Style    string   // primary, secondary, danger
	Across   bool     // written once for several stages
}

// Confirm is a question asked before an act when its condition holds.
type Confirm struct {
	When form.Cond
	Text string
}

// Route leads to a stage; the first whose condition holds is taken.
type Route struct {
	When  form.Cond
	Stage string
}

// EffectUse names an effect or a check that a domain room has registered, with
// settings.
type EffectUse struct {
	Name string
	With map[string]string
}

// Reason is one of a catalogue. Fields bind it to what is wrong.
type Reason struct {
	Code, Label, Advice string
	Fields              []string
}

// Message is a text sent to a person. ${name} are variables; Vars tells what
// each is.
type Message struct {
	Name   string
	ID     string // S1…, in the domain sheet
	Text   string
	Vars   map[string]form.Cond // expressions giving text
	Code   string               // the provider's template code; a setting may override it
	Night  bool                 // may be sent at night (codes and results)
	PerDay int                  // to one number a day, over all cases; 0: as many as the house allows
}

// Document is a layout kept as the item's author wrote it; the document room
// reads it.
type Document struct {
	Name   string // of the file without its ending, e.g. "letter"; "std/acceptance" is a shared one
	Title  string // as written: of the PDF
	EN     string // what it is called in English
	Word   string // the kind of document in its official number (发文字), e.g. 许受; "": it is made without one
	File   string // where it is written, from the items folder: it can be a shared one
	Source []byte
	Hash   string
}

// Example is a worked example: given, when, then.
type Example struct {
	File   string
	Story  string
	Covers []string
	At     time.Time
	Steps  []Step
}

// Step is one line of a story; exactly one of Who+Act, After or At is set.
type Step struct {
	Line    int
	Who     string // party or staff name
	Act     string
	With    map[string]any // data of the act; "answers" names a fixture
	After   time.Duration
	At      time.Time
	Then    *Expect
	Refused string // code of the refusal expected
}

// Expect is what must be true after a step.
type Expect struct {
	Stage   string
	Due     time.Time
	Sent    []Sent // messages since the step began, in order
	Changed []string
	Carried *bool
	Effects []string
	Offers  []string // acts open to Who

	Clock, Statutory *time.Time // ends of the case's own limits; zero: there is none now
	Light            string     // green, amber, red, paused, none
	Consults         []string   // units whose answer is awaited
	Unit             string     // that handles the case
	Holder           string     // officer who has it; "none"
	Visit            *time.Time // appointment that stands; zero: none
	Officers         []string   // of that appointment
	Papers           []string   // documents that the step makes
	Correctable      []string   // answers that can be changed where only what was marked may
	Sheets           []string   // filled in so far
}

// Sent is an expected message.
type Sent struct {
	To, Template string
	Contains     string
}
