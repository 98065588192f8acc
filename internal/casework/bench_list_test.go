package casework_test

import (
	"testing"

	"wangban/internal/casework"
	"wangban/internal/db/dbtest"
)

func BenchmarkList(b *testing.B) {
	d := dbtest.SQLite(b, casework.Migrations)
	door := openDoor(b, d)
	must(b, door.Fill(b.Context(), invent(20_000), 1000))
	must(b, door.Analyze(b.Context()))
	for name, q := range map[string]casework.Query{
		"county": {Desk: true, Limit: 25, Now: startOfStory}, "mine": {Desk: true, Holders: []string{"sunli"}, Limit: 25},
		"two": {Desk: true, Units: []string{"chengguan", "taoxi"}, Limit: 25}, "all": {HandedIn: true, Limit: 25},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, _, err := door.List(b.Context(), q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
