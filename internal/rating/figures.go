package rating

import (
	"cmp"
	"context"
	"maps"
	"slices"
)

// Fewest is how many ratings there must be before their figures are told, where
// the installation says nothing else: of fewer, somebody could find out who said
// what.
const Fewest = 5

// Figures are what anybody may know of the ratings. They hold nothing of a
// single one.
type Figures struct {
	All           Line
	Items, Units  []Line // the most ratings first
	Bad, Answered int    // bad ratings, and those put right and answered; only when All is told
}

// Line is one item or unit. Hidden: there are too few, or their number would
// give away that of another line; then nothing else is told.
type Line struct {
	Name   string
	N      int
	Levels [6]int // by level; 0 is unused
	Hidden bool
}

// Satisfied is the share of levels 3 to 5, in percent, rounded down.
func (l Line) Satisfied() int {
	if l.N == 0 {
		return 0
	}
	return (l.Levels[3] + l.Levels[4] + l.Levels[5]) * 100 / l.N
}

type count struct {
	item, unit string
	level      int
	state      State
	n          int
}

// Figures counts all ratings that count.
func (r *Room) Figures(ctx context.Context) (Figures, error) {
	counts, err := r.counts(ctx)
	if err != nil {
		return Figures{}, err
	}
	return figures(counts, r.Fewest), nil
}

func figures(counts []count, fewest int) Figures {
	var f Figures
	items, units := map[string]Line{}, map[string]Line{}
	for _, c := range counts {
		f.All = f.All.plus(c)
		items[c.item], units[c.unit] = items[c.item].plus(c), units[c.unit].plus(c)
		if Bad(c.level) {
			f.Bad += c.n
			if c.state == Done {
				f.Answered += c.n
			}
		}
	}
	f.Items, f.Units = suppressed(items, fewest), suppressed(units, fewest)
	if f.All.N < fewest {
		f.All, f.Bad, f.Answered = Line{Hidden: true}, 0, 0
	}
	return f
}

func (l Line) plus(c count) Line {
	l.N += c.n
	l.Levels[c.level] += c.n
	return l
}

// suppressed hides lines that are too small. As the sum of all lines is told,
// what is hidden must be enough together too: otherwise the next smallest line
// is hidden with it.
func suppressed(lines map[string]Line, fewest int) []Line {
	var out []Line
	for _, name := range slices.Sorted(maps.Keys(lines)) {
		l := lines[name]
		l.Name = name
		out = append(out, l)
	}
	slices.SortStableFunc(out, func(a, b Line) int { return cmp.Compare(b.N, a.N) })
	hidden, alone := 0, 0
	for i := len(out) - 1; i >= 0; i-- {
		if out[i].N >= fewest && (hidden == 0 || hidden >= fewest && alone > 1) {
			break
		}
		hidden += out[i].N
		alone++
		out[i] = Line{Name: out[i].Name, Hidden: true}
	}
	return out
}
