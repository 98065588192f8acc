package portal

import (
	"cmp"
	_ "embed" // the words
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/goccy/go-yaml"

	"wangban/internal/cn"
	"wangban/internal/item"
)

// finder finds items by what people type: Chinese, pinyin, initials, English.
// It holds some hundred items at most and reads all of them for every search.
// It does not change once made.
type finder struct {
	items   []*item.Item
	entries []findable
}

// findable is an item as it is searched.
type findable struct {
	it    *item.Item
	texts []findText
	plain string          // all of it
	grams map[string]bool // pairs of characters, for what is only alike
}

// findText is a text of an item in the ways people type it.
type findText struct {
	plain, initials string
	pinyin          string
	begins          []bool // of the bytes of pinyin: a syllable begins here
	weight          float64
}

// Weights of an item's texts. What the item's author wrote for searching comes
// right after the title.
const (
	weighsTitle   = 10
	weighsKeyword = 8
	weighsResult  = 6
	weighsGroup   = 5
	weighsSummary = 3
	weighsDetail  = 1
)

// newFinder reads items; unit names a unit of the administration by its code.
func newFinder(items []*item.Item, unit func(code string) string) *finder {
	f := &finder{items: slices.Clone(items)}
	for _, it := range items {
		g, e := it.Guide, findable{it: it, grams: map[string]bool{}}
		e.add(it, weighsTitle, g.Title)
		e.add(it, weighsKeyword, g.Keywords...)
		e.add(it, weighsResult, g.Result.Name, g.Kind)
		e.add(it, weighsGroup, slices.Concat(g.Themes, g.Events, []string{unit(g.Office)})...)
		e.add(it, weighsSummary, g.Summary)
		for _, m := range g.Materials {
			e.add(it, weighsDetail, m.Name)
		}
		for _, q := range g.Questions {
			e.add(it, weighsDetail, q.Ask)
		}
		f.entries = append(f.entries, e)
	}
	return f
}

// add takes texts in, with their English.
func (e *findable) add(it *item.Item, weight float64, texts ...string) {
	for _, text := range texts {
		e.take(text, weight)
		e.take(it.English[text], weight)
	}
}

func (e *findable) take(text string, weight float64) {
	t := findText{plain: searchable(text), initials: cn.Initials(text), weight: weight}
	if t.plain == "" {
		return
	}
	for _, s := range cn.Syllables(text) {
		t.pinyin += s
		t.begins = append(append(t.begins, true), make([]bool, len(s)-1)...)
	}
	e.texts = append(e.texts, t)
	e.plain += t.plain + "\n"
	for _, w := range strings.Fields(t.plain) {
		for _, gram := range grams(w) {
			e.grams[gram] = true
		}
	}
}

// hit is an item with how well it fits.
type hit struct {
	it    *item.Item
	score float64
}

const (
	longestQuery = 60 // characters of a query that are read
	longestWord  = 24 // and of a word of it
	mostNear     = 4  // suggestions when nothing fits
	nearEnough   = .4 // of the pairs of a query that a suggestion must have
)

// find is the items that have every word of a query, the best first; where
// there is none, those that are nearest. An empty query finds nothing.
func (f *finder) find(query string) (found, near []*item.Item) {
	words := wordsOf(query)
	if len(words) == 0 {
		return nil, nil
	}
	var hits, alike []hit
	for _, e := range f.entries {
		if score := e.score(words); score > 0 {
			hits = append(hits, hit{e.it, score})
		} else if share := e.alike(words); share >= nearEnough {
			alike = append(alike, hit{e.it, share})
		}
	}
	if len(hits) > 0 {
		return ranked(hits), nil
	}
	near = ranked(alike)
	return nil, near[:min(mostNear, len(near))]
}

func ranked(hits []hit) []*item.Item {
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.score, a.score), inLife(a.it, b.it), cmp.Compare(a.it.Name, b.it.Name))
	})
	items := make([]*item.Item, len(hits))
	for i, h := range hits {
		items[i] = h.it
	}
	return items
}

//go:embed search.yaml
var searchWords []byte

// Digits in Chinese are written as numbers; fillers are what people say around
// what they are looking for.
var chineseDigits, fillers = readSearchWords()

func readSearchWords() (*strings.Replacer, []string) {
	var words struct {
		Digits  map[string]string
		Fillers []string
	}
	if err := yaml.Unmarshal(searchWords, &words); err != nil {
		panic(err) // it comes with the program
	}
	var pairs []string
	for digit, written := range words.Digits {
		for _, r := range written {
			pairs = append(pairs, string(r), digit)
		}
	}
	return strings.NewReplacer(pairs...), words.Fillers
}

// searchable is a text as it is compared: folded, with a space for everything
// that is no letter and no digit.
func searchable(s string) string {
	return chineseDigits.Replace(strings.Join(strings.FieldsFunc(cn.Folded(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " "))
}

// queryWord is a word of a query in the ways it is looked for.
type queryWord struct {
	plain  string
	runes  []rune
	typed  bool   // Latin letters and digits: may be pinyin
	pinyin string // of one with Chinese characters: finds what sounds the same, and traditional characters
}

func wordsOf(query string) []queryWord {
	if runes := []rune(query); len(runes) > longestQuery {
		query = string(runes[:longestQuery])
		if end := strings.LastIndex(query, " "); end > 0 { // half a word finds nothing
			query = query[:end]
		}
	}
	var words []queryWord
	for _, w := range strings.Fields(searchable(query)) {
		runes := []rune(bare(w))
		runes = runes[:min(longestWord, len(runes))]
		word := queryWord{plain: string(runes), runes: runes, typed: !strings.ContainsFunc(string(runes), func(r rune) bool { return r > unicode.MaxASCII })}
		if !word.typed {
			word.pinyin = strings.Join(cn.Syllables(word.plain), "")
		}
		words = append(words, word)
	}
	return words
}

// bare is a word without fillers at its ends; one that is nothing else stays.
func bare(word string) string {
	for left := word; ; {
		for _, f := range fillers {
			left = strings.TrimSuffix(strings.TrimPrefix(left, f), f)
		}
		if left == "" || left == word {
			return word
		}
		word = left
	}
}

// score is how well an item fits all words; 0 when it lacks one.
func (e *findable) score(words []queryWord) float64 {
	total := 0.0
	for _, w := range words {
		best := 0.0
		for _, t := range e.texts {
			best = max(best, t.weight*t.fit(w))
		}
		if best == 0 {
			best = e.pieces(w)
		}
		if best == 0 {
			return 0
		}
		total += best
	}
	return total
}

// fit is how well a word fits a text: 8 for the whole of it down to 1 for what
// only sounds like a part, 0 for not at all.
func (t findText) fit(w queryWord) float64 {
	switch {
	case t.plain == w.plain:
		return 8
	case strings.HasPrefix(t.plain, w.plain):
		return 5
	case len(w.runes) > 1 || !w.typed: // a single letter is in every text
		if strings.Contains(t.plain, w.plain) {
			return 4
		}
	}
	if len(w.runes) < 2 {
		return 0
	}
	if !w.typed {
		if t.sounds(w.pinyin, true) {
			return 1
		}
		return 0
	}
	switch {
	case t.initials == w.plain || t.pinyin == w.plain:
		return 4
	case strings.HasPrefix(t.initials, w.plain) || strings.HasPrefix(t.pinyin, w.plain):
		return 3
	case strings.Contains(t.initials, w.plain) || t.sounds(w.plain, false):
		return 2
	}
	return 0
}

// sounds tells whether the text's pinyin has some letters from the beginning of
// a syllable on, and where whole is asked, to the end of one.
func (t findText) sounds(letters string, whole bool) bool {
	if letters == "" {
		return false
	}
	for from := 0; ; {
		i := strings.Index(t.pinyin[from:], letters)
		if i < 0 {
			return false
		}
		at := from + i
		if end := at + len(letters); t.begins[at] && (!whole || end == len(t.pinyin) || t.begins[end]) {
			return true
		}
		from = at + 1
	}
}

// pieces is how well a word of Chinese fits that is written without spaces and
// not in this order: 食品经营备案 is 食品经营 and 备案.
func (e *findable) pieces(w queryWord) float64 {
	if w.typed || len(w.runes) < 4 {
		return 0
	}
	n := 0
	for i := 0; i < len(w.runes); n++ {
		j := min(len(w.runes), i+longestWord)
		for j > i+1 && !strings.Contains(e.plain, string(w.runes[i:j])) {
			j--
		}
		if j < i+2 { // one character alone says nothing
			return 0
		}
		i = j
	}
	return weighsSummary * 4 / float64(n)
}

// alike is which share of the words' pairs of characters the item has.
func (e *findable) alike(words []queryWord) float64 {
	has, all := 0, 0
	for _, w := range words {
		for _, gram := range grams(w.plain) {
			all++
			if e.grams[gram] {
				has++
			}
		}
	}
	return float64(has) / float64(max(all, 1))
}

// grams are the pairs of characters of a word; of Latin words, which have few
// letters, three at a time.
func grams(word string) []string {
	runes, n := []rune(word), 2
	if !strings.ContainsFunc(word, func(r rune) bool { return r > unicode.MaxASCII }) {
		n = 3
	}
	var out []string
	for i := range runes[:max(0, len(runes)-n+1)] {
		out = append(out, string(runes[i:i+n]))
	}
	return out
}

// openFinder keeps the finder of the items that were open last.
type openFinder struct {
	mu     sync.Mutex
	finder *finder
}

// of is the finder of some items, made anew when they have changed.
func (k *openFinder) of(items []*item.Item, unit func(code string) string) *finder {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.finder == nil || !slices.Equal(k.finder.items, items) {
		k.finder = newFinder(items, unit)
	}
	return k.finder
}
