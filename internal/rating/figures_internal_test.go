package rating

import (
	"testing"

	"pgregory.net/rapid"
)

// Nobody can work out a line that is hidden: not from what is told, nor as what
// the others leave of the sum.
func TestSmallNumbersStayHidden(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var counts []count
		for range rapid.IntRange(0, 12).Draw(t, "counts") {
			counts = append(counts, count{item: rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "item"), unit: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "unit"),
				level: rapid.IntRange(1, 5).Draw(t, "level"), n: rapid.IntRange(1, 9).Draw(t, "n")})
		}
		fewest := rapid.IntRange(3, 8).Draw(t, "fewest")
		f := figures(counts, fewest)
		all := 0
		for _, c := range counts {
			all += c.n
		}
		for _, lines := range [][]Line{f.Items, f.Units} {
			told, hidden := 0, 0
			for _, l := range lines {
				switch {
				case l.Hidden && (l.N != 0 || l.Levels != [6]int{}):
					t.Fatalf("%+v tells something", l)
				case l.Hidden:
					hidden++
				case l.N < fewest:
					t.Fatalf("%+v is too small", l)
				}
				told += l.N
			}
			left := all - told
			if !f.All.Hidden && hidden > 0 && told > 0 && (hidden == 1 || left < fewest) {
				t.Fatalf("%d hidden with %d ratings among %+v", hidden, left, lines)
			}
		}
		if f.All.Hidden != (all < fewest) || !f.All.Hidden && f.All.N != all {
			t.Fatalf("all is %+v of %d", f.All, all)
		}
	})
}
