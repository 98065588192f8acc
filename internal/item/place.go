package item

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"wangban/internal/form"
)

// place is a node being read, with where to report what is wrong with it.
type place struct {
	*node
	file string
	to   *[]Problem
}

func (p place) at(n *node) place {
	p.node = n
	return p
}

func (p place) report(text, suggestion string, args ...any) {
	*p.to = append(*p.to, broken(cmp.Or(p.node.file, p.file), p.line, text, suggestion, args...))
}

// keys says how each key of a map is read.
type keys map[string]func(place)

// read reads a map in the order it was written; unknown keys are refused with
// the nearest known one.
func (p place) read(known keys) {
	for i, k := range p.entries() {
		if read, ok := known[k.name]; ok {
			read(p.at(p.items[i]))
			continue
		}
		p.unknown(k, known)
	}
}

// entries are the keys of a map; anything else is reported and has none.
func (p place) entries() []key {
	switch p.kind {
	case mapping:
		return p.keys
	case nothing:
		return nil
	}
	p.report("这里要写成“键: 值”，现在是%s。", "每行一个键，冒号后面空一格再写值。", Name(p.kind.String()))
	return nil
}

func (p place) unknown(k key, known keys) {
	names := make([]string, 0, len(known))
	for name := range known {
		names = append(names, name)
	}
	slices.Sort(names)
	p.node = &node{line: k.line, file: k.file}
	if near, ok := nearest(k.name, names); ok {
		p.report("不认识“%s”。", "改成“%[2]s”。", k.name, near)
		return
	}
	p.report("不认识“%s”。", "这里可以写：%[2]s。", k.name, Words(names))
}

// each reads a map whose keys the author chooses.
func (p place) each(read func(name string, v place)) {
	for i, k := range p.entries() {
		v := p.at(p.items[i])
		if v.kind == nothing && v.line == 0 {
			v.node = &node{line: k.line}
		}
		read(k.name, v)
	}
}

// list is the elements of a list; a single value stands for a list of one.
func (p place) list() []place {
	switch p.kind {
	case nothing:
		return nil
	case list:
		out := make([]place, len(p.items))
		for i, n := range p.items {
			out[i] = p.at(n)
		}
		return out
	}
	return []place{p}
}

func (p place) text() string {
	if p.kind != scalar {
		p.report("这里要写文字，现在是%s。", "写成一行文字；文字里有冒号或 # 时加引号。", Name(p.kind.String()))
		return ""
	}
	return p.node.text
}

func (p place) texts() []string {
	var out []string
	for _, v := range p.list() {
		out = append(out, v.text())
	}
	return out
}

// largest bounds the numbers of an item, such as the value of an answer.
const largest = 1_000_000_000_000

func (p place) number() int {
	n, err := strconv.Atoi(p.text())
	if err == nil && n > largest {
		p.report("“%s”太大了。", "最大写 %[2]d。", p.node.text, largest)
		return 0
	}
	if err != nil || n < 0 {
		p.report("这里要写一个整数，现在是“%s”。", "只写数字，例如 3。", p.node.text)
		return 0
	}
	return n
}

func (p place) flag() bool {
	switch p.text() {
	case "true":
		return true
	case "false":
		return false
	}
	p.report("这里只能写 true 或 false，现在是“%s”。", "“是”写 true，“否”写 false。", p.node.text)
	return false
}

func (p place) cond() form.Cond {
	c, err := form.ParseCond(p.text())
	if err != nil {
		p.report("条件写错了：%s。", "例如 role == \"agent\"；并且用 &&，或者用 ||。", strings.ReplaceAll(err.Error(), "\n", " "))
	}
	return c
}

// limit reads "48 hours", "1 workday".
func (p place) limit() Limit {
	number, unit, _ := strings.Cut(p.text(), " ")
	n, err := strconv.Atoi(number)
	u, ok := units[strings.TrimSuffix(unit, "s")]
	if err != nil || !ok || n < 1 {
		p.report("时限写错了：“%s”。", "写数字、空格和单位（seconds、minutes、hours、days、months、workdays、halfdays、workhours），例如 48 hours。", p.node.text)
		return Limit{}
	}
	if most := longest[u]; n > most {
		p.report("时限太长：“%s”。", "最长 10 年，也就是 %[2]d %[3]s。", p.node.text, most, string(u))
		return Limit{}
	}
	return Limit{N: n, Unit: u}
}

// longest is how many of a unit ten years are: no limit of a service is longer,
// and none may overflow what clocks count.
var longest = map[Unit]int{
	Seconds: 3650 * 24 * 60 * 60, Minutes: 3650 * 24 * 60, Hours: 3650 * 24, Days: 3650, Months: 120, Workdays: 2500, HalfDays: 5000, WorkHours: 17500,
}

var units = map[string]Unit{"second": Seconds, "minute": Minutes, "hour": Hours, "day": Days, "month": Months, "workday": Workdays, "halfday": HalfDays, "workhour": WorkHours}

// instant reads "2020-09-04 09:00" or "2020-09-04", Asia/Shanghai.
func (p place) instant() time.Time {
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, p.text(), form.Shanghai); err == nil {
			return t
		}
	}
	p.report("时间写错了：“%s”。", "写成 2020-09-04 09:00。", p.node.text)
	return time.Time{}
}

// one of a few words.
func (p place) word(allowed ...string) string {
	w := p.text()
	if w == "" || slices.Contains(allowed, w) {
		return w
	}
	if near, ok := nearest(w, allowed); ok {
		p.report("不认识“%s”。", "改成“%[2]s”。", w, near)
	} else {
		p.report("不认识“%s”。", "这里可以写：%[2]s。", w, Words(allowed))
	}
	return ""
}

// Binders: how a key's value lands in a field.

func text(to *string) func(place)       { return func(p place) { *to = p.text() } }
func texts(to *[]string) func(place)    { return func(p place) { *to = p.texts() } }
func number(to *int) func(place)        { return func(p place) { *to = p.number() } }
func flag(to *bool) func(place)         { return func(p place) { *to = p.flag() } }
func cond(to *form.Cond) func(place)    { return func(p place) { *to = p.cond() } }
func limit(to *Limit) func(place)       { return func(p place) { *to = p.limit() } }
func instant(to *time.Time) func(place) { return func(p place) { *to = p.instant() } }
func word(to *string, allowed ...string) func(place) {
	return func(p place) { *to = p.word(allowed...) }
}
