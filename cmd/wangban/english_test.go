package main

import (
	"slices"
	"testing"

	"wangban/internal/item"
)

// Where Chinese says an act and what has come of it in the same words, the
// English of a shipped item tells them apart: a button says what it does.
func TestShippedActsInEnglish(t *testing.T) {
	h := openHouse(t)
	for _, it := range h.items.All() {
		outcomes, acts := map[string]bool{}, []item.Act{}
		for _, stage := range it.Flow.Stages {
			outcomes[stage.Label] = true
			acts = append(acts, stage.Acts...)
		}
		for _, act := range it.Flow.House {
			acts = append(acts, act.Act)
		}
		for _, act := range acts {
			outcomes[act.Past] = true
		}
		for _, act := range acts {
			switch does := it.English["act:"+act.Label]; {
			case slices.Contains(act.By, "signer"): // its pages have their own words on the buttons
			case outcomes[act.Label] && does == "":
				t.Errorf("%s: en.yaml says nothing of “act:%s”; what comes of it is %q", it.Name, act.Label, it.English[act.Label])
			case outcomes[act.Label] && does == it.English[act.Label]:
				t.Errorf("%s: the button and what comes of it are both %q", it.Name, does)
			}
		}
	}
}
