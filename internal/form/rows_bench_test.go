package form

import (
	"fmt"
	"testing"
)

// A full list is checked as a whole each time a page with it is shown.
func BenchmarkFullList(b *testing.B) {
	f := equipment
	f.Max = MostRows
	list := Form{Pages: []Page{{Name: "a", Fields: []Field{f}}}}
	rows := make([]Row, MostRows)
	for i := range rows {
		rows[i] = Row{"variety": "3110", "device": fmt.Sprintf("3110108902015%05d", i), "speed": "1.75"}
	}
	v := Values{"equipment": rows}
	b.Run("validate", func(b *testing.B) {
		for b.Loop() {
			if p := Validate(list, v, september); len(p) > 0 {
				b.Fatal(p[0].Say(nil))
			}
		}
	})
	b.Run("env", func(b *testing.B) {
		for b.Loop() {
			list.Env(v)
		}
	})
}
