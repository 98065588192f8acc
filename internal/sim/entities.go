package sim

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"wangban/internal/cn"
	"wangban/internal/county"
	"wangban/internal/registry"
)

// firstMade keeps the made codes of synthetic entities apart from those of the
// worked examples, which begin at 0.
const firstMade = 2000

// opened bounds the days on which entities were established: the last is the
// day before the campaign of the seed begins.
var opened = [2]time.Time{time.Date(1996, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2020, 7, 31, 0, 0, 0, 0, time.UTC)}

// Entities makes n entities of a county, the same ones for the same seed and
// county. Nothing in them is real: the codes belong to no pool that is issued
// from, names are put together by chance. Kinds and statuses have the shares
// of a rural county (domain sheet, section 10): three in four are sole
// traders. There are MadeUnits codes a kind, far more than a county needs.
func Entities(seed uint64, c *county.County, n int) iter.Seq[registry.Row] {
	return func(yield func(registry.Row) bool) {
		m := newMaker(seed, c)
		for range n {
			if !yield(m.entity()) {
				return
			}
		}
	}
}

// WriteEntities writes entities as a file that the entity base imports.
func WriteEntities(w io.Writer, rows iter.Seq[registry.Row]) error {
	out := csv.NewWriter(w)
	if err := out.Write(registry.Headings()); err != nil {
		return err
	}
	for row := range rows {
		if err := out.Write(row.Cells()); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// maker makes entities one after the other.
type maker struct {
	*rand.Rand
	county *county.County
	place  string   // what names begin with, e.g. 舒城县
	towns  []string // codes
	made   map[cn.Kind]int
	names  map[string]bool
}

func newMaker(seed uint64, c *county.County) *maker {
	// The administration is called after its place: 舒城县市场监督管理局.
	place, _, _ := strings.Cut(c.Name.ZH, "市场")
	return &maker{Rand: rand.New(rand.NewPCG(seed, 0)), county: c, place: place,
		towns: slices.Sorted(maps.Keys(c.Towns)), made: map[cn.Kind]int{}, names: map[string]bool{}}
}

func (m *maker) entity() registry.Row {
	kind := pick(m, kinds)
	trade := pick(m, trades[kind.trades])
	town := m.town()
	var row registry.Row
	row.USCC = cn.MakeUSCC(kind.code, m.county.Region, firstMade+m.made[kind.code])
	m.made[kind.code]++
	row.Name = m.name(kind, trade, m.county.Towns[town].Name)
	row.Rep = m.person()
	row.Kind = kind.kind
	row.Status = pick(m, statuses).status
	row.Region = m.county.Region
	row.Town = town
	row.Address = fmt.Sprintf("%s%s%s%d号", m.place, strings.TrimPrefix(m.county.Towns[town].Name, m.place), one(m, streets), 1+m.IntN(300))
	row.Scope = trade.scope
	row.Authority = m.county.Name.ZH
	days := int(opened[1].Sub(opened[0]).Hours() / 24)
	young := max(m.IntN(days+1), m.IntN(days+1)) // more were opened lately
	row.Established = opened[0].AddDate(0, 0, young).Format(time.DateOnly)
	return row
}

// town favours those with a low code, where the county's seat is.
func (m *maker) town() string {
	if len(m.towns) == 0 {
		return ""
	}
	return m.towns[min(m.IntN(len(m.towns)), m.IntN(len(m.towns)))]
}

// name gives no name twice; sole traders of villages carry the town's name.
func (m *maker) name(k kind, t trade, town string) string {
	begin := m.place
	if k.code == cn.SoleTrader {
		begin += strings.TrimPrefix(town, m.place)
	}
	for n := 0; ; n++ {
		brand := one(m, first) + one(m, second)
		if n > 2 { // all the short ones are taken
			brand += one(m, first)
		}
		if k.code == cn.SoleTrader && m.IntN(3) == 0 {
			brand = m.person()[:len("王")] + one(m, calls)
		}
		name := begin + brand + t.word + one(m, k.endings)
		if !m.names[name] {
			m.names[name] = true
			return name
		}
	}
}

func (m *maker) person() string {
	name := one(m, families) + one(m, given)
	if m.IntN(5) < 3 {
		name += one(m, given)
	}
	return name
}

// one picks with equal chances.
func one(m *maker, from []string) string { return from[m.IntN(len(from))] }

// weighted has a share of all.
type weighted interface{ share() int }

func pick[T weighted](m *maker, from []T) T {
	total := 0
	for _, x := range from {
		total += x.share()
	}
	at := m.IntN(total)
	for _, x := range from {
		if at -= x.share(); at < 0 {
			return x
		}
	}
	panic("the shares do not add up")
}
