package casework

import (
	"fmt"
	"net/http"
)

// Code types a Refusal, so that screens, API and stories can tell them apart.
type Code string

// Why an act is refused. Items add their own codes through Act.Refusal, which
// come as CodeGuard.
const (
	CodeUnknownAct   Code = "unknown-act"             // the item has no such act
	CodeStage        Code = "wrong-stage"             // the case is elsewhere by now
	CodeNotYours     Code = "not-yours"               // another person's act
	CodeOwnSession   Code = "own-session"             // the applicant's session cannot sign
	CodeStale        Code = "stale"                   // the case changed since the actor saw it
	CodeLapsed       Code = "signature-window-closed" // the time of the stage is over, whatever was to be done in it
	CodeGuard        Code = "guard"                   // the item's condition does not hold
	CodeIncomplete   Code = "incomplete"              // answers missing or wrong
	CodeIdentity     Code = "not-identified"          // proofs of person missing
	CodeDocument     Code = "document-changed"        // not the document the signer saw
	CodeNotJudged    Code = "not-judged"              // fields or documents not judged yet
	CodeReason       Code = "reason-missing"
	CodeTooSoon      Code = "too-soon"
	CodeTooMany      Code = "too-many"
	CodeFinding      Code = "finding"      // a check refuses
	CodeHeld         Code = "held"         // somebody else has claimed it
	CodeHelper       Code = "helper"       // who helped cannot review
	CodeJurisdiction Code = "jurisdiction" // another unit's case
	CodeClosed       Code = "item-closed"  // the item is not open now
	CodePaper        Code = "no-paper"     // the item takes no paper any more
	CodeKey          Code = "key"          // no key, or the key of another act
	CodeEnded        Code = "ended"        // the case is over
	CodeNotFound     Code = "not-found"
	CodePaused       Code = "paused"      // the case's limit stands still
	CodeTimes        Code = "times"       // done as often as the item allows
	CodeSamePerson   Code = "same-person" // a second pair of eyes is needed
	CodeCalendar     Code = "calendar"    // the calendar lacks a year
	CodeLimitOver    Code = "limit-over"  // the case's limit has run out, and cannot be extended
	CodeNotYet       Code = "not-yet"     // what is to be recorded has not happened yet
)

// Refusal is an act turned down: what happened and what to do, in Chinese, with
// fmt verbs for Args so that it can be translated. It is an error.
type Refusal struct {
	Code     Code
	Text     string
	Args     []any
	Problems []Problem // fields that stand in the way
	Finding  *Finding
	Fresh    *State // the case as it stands, when the actor saw an older one
}

// Problem is a field with what is wrong.
type Problem struct {
	Page, Field, Text string
	Args              []any
}

func (r *Refusal) Error() string {
	return string(r.Code) + ": " + fmt.Sprintf(r.Text, r.Args...)
}

func refuse(code Code, text string, args ...any) *Refusal {
	return &Refusal{Code: code, Text: text, Args: args}
}

// Status is the HTTP status that says the same as the code; screens and API
// answer alike.
func (c Code) Status() int {
	switch c {
	case CodeNotFound, CodeUnknownAct:
		return http.StatusNotFound
	case CodeNotYours, CodeJurisdiction, CodeHelper, CodeOwnSession, CodeIdentity, CodeSamePerson:
		return http.StatusForbidden
	case CodeStale, CodeStage, CodeHeld, CodeKey, CodeEnded, CodePaused, CodeTimes, CodeLimitOver, CodeNotYet:
		return http.StatusConflict
	case CodeLapsed, CodeClosed, CodePaper:
		return http.StatusGone
	case CodeTooSoon, CodeTooMany:
		return http.StatusTooManyRequests
	case CodeCalendar:
		return http.StatusServiceUnavailable
	}
	return http.StatusUnprocessableEntity
}
