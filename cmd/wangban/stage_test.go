package main

import (
	"net/url"
	"strings"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/registry"
	"wangban/internal/web"
)

// Every filled-in application of the stage can be begun again after one has
// been handed in: the next is about another unit that the entity base knows,
// with its representative, and passes everything that the first has passed.
func TestStageBeginsAgain(t *testing.T) {
	h := openHouse(t)
	for _, it := range h.items.All() {
		if len(it.Guide.Licence.Kinds) > 0 {
			continue // begins with a licence, in the wallet
		}
		for fixture := range it.Fixtures {
			if it.Titles[fixture] == "" {
				t.Errorf("%s/%s has no title", it.Name, fixture)
			}
			given, err := it.Answers(fixture, h.sample)
			h.must(err)
			seen := map[string]bool{}
			for n := range 3 {
				b := h.browser()
				at := b.post("/demo/start", url.Values{"item": {it.Name}, "fixture": {fixture}, "key": {web.NewKey()}}).header.Get("Location")
				id := strings.Split(at, "/")[2]
				s := h.state(id)
				if it.Flow.Subject == "" { // about a unit that does not exist yet
					h.do(id, "submit", b.applicant(), casework.Data{})
					continue
				}
				subject, _ := s.Values[it.Flow.Subject].(string)
				if n == 0 && subject != given[it.Flow.Subject] {
					t.Errorf("%s/%s begins with %s", it.Name, fixture, subject)
				}
				if seen[subject] {
					t.Errorf("%s/%s: %s comes twice", it.Name, fixture, subject)
				}
				seen[subject] = true
				found, err := h.door.FindingsOn(t.Context(), s, it, registry.CheckUnit)
				h.must(err)
				if f := found[registry.CheckUnit]; f.Level != casework.Fine {
					t.Errorf("%s/%s: the entity base says %s of start %d", it.Name, fixture, f.Code, n)
				}
				for _, p := range it.Flow.Parties {
					if s.Values[p.Mobile] != given[p.Mobile] {
						t.Errorf("%s/%s: the number of %s is another", it.Name, fixture, p.Label)
					}
				}
				h.do(id, "submit", b.applicant(), casework.Data{})
			}
		}
	}
}
