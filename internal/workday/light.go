package workday

import "time"

// Light tells at a glance how a limit stands.
type Light string

// Lights: 正常, 临期, 超期, 暂停. Screens show each as shape, word and colour.
const (
	Green       Light = "green"
	Amber       Light = "amber"
	Red         Light = "red"
	PausedLight Light = "paused"
	NoClock     Light = ""
)

// LightOf is the light of a limit that is near its end from one instant on and
// over at another.
func LightOf(near, due, now time.Time, paused bool) Light {
	switch {
	case paused:
		return PausedLight
	case due.IsZero():
		return NoClock
	case !now.Before(due):
		return Red
	case !now.Before(near):
		return Amber
	}
	return Green
}
