package workday

import "time"

// Light tells at a glance how a limit stands.
type Light string

// Lights: 正常, 临期, 超期, 暂停. Screens show each as shape, word and colour.
const (
	Green   Light = "green"
	Amber   Light = "amber"
	Red     Light = "red"
	Paused  Light = "paused"
	NoClock Light = ""
)

// LightOf is the light of a limit that runs from start to due. It turns amber
// when a fifth of the limit or less is left (domain sheet 4.5).
func LightOf(start, due, now time.Time) Light {
	switch {
	case due.IsZero():
		return NoClock
	case !now.Before(due):
		return Red
	case due.Sub(now)*5 <= due.Sub(start):
		return Amber
	}
	return Green
}
