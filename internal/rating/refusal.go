package rating

import "net/http"

// Code says why something was refused.
type Code string

// Codes.
const (
	CodeIncomplete Code = "incomplete"
	CodeNotYet     Code = "not_yet"
	CodeTwice      Code = "twice"
	CodeNotYours   Code = "not_yours"
	CodeState      Code = "state"
)

// Refusal is a turned-down request, in words for the one who made it.
type Refusal struct {
	Code  Code
	Field string // of the form; "" when it is about none
	Text  string
	Args  []any
}

func (r *Refusal) Error() string { return string(r.Code) + ": " + r.Text }

// Status is the HTTP status that says the same.
func (r *Refusal) Status() int {
	switch r.Code {
	case CodeIncomplete:
		return http.StatusUnprocessableEntity
	case CodeNotYours:
		return http.StatusForbidden
	}
	return http.StatusConflict
}

func refuse(code Code, field, text string, args ...any) *Refusal {
	return &Refusal{Code: code, Field: field, Text: text, Args: args}
}
