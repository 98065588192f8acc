package item

import (
	"slices"
	"strings"

	"wangban/internal/form"
)

// EffectCheck looks at the settings that an item gives an effect or a check.
// The room that owns it writes this, beside it, so that what would fail
// when a case is decided is found while the item is written.
type EffectCheck func(*Settings)

// NoSettings is that of an effect or a check that takes none.
func NoSettings(s *Settings) { s.Keys() }

// Settings are those of one use of an effect or a check, to be looked at. Each method
// reports what is wrong with the line on which it is written.
type Settings struct {
	c   *check
	at  spot
	use EffectUse
	row *form.Field // the effect is done for each record of this list
}

// settingEach names the list for each of whose records an effect is done.
const settingEach = "each"

// Each says that an effect can be done for each record of a list of the form,
// which the setting each names. Settings speak of the record then.
func (s *Settings) Each() {
	id := s.use.With[settingEach]
	if id == "" {
		return
	}
	s.Fields(settingEach, form.TypeRows)
	if f, ok := s.c.it.Form.Field(id); ok && f.Type == form.TypeRows {
		s.row = &f
	}
}

// Item is the item that uses the effect.
func (s *Settings) Item() *Item { return s.c.it }

// Keys are all settings that the effect knows.
func (s *Settings) Keys(known ...string) {
	for _, key := range sortedNames(s.use.With) {
		if slices.Contains(known, key) {
			continue
		}
		if len(known) == 0 {
			s.c.wrong(s.at.under(key), "“%s”没有可以设定的内容。", "删去它后面的设定。", s.use.Name)
		} else if near, ok := nearest(key, known); ok {
			s.c.wrong(s.at.under(key), "不认识“%s”。", "改成“%[2]s”。", key, near)
		} else {
			s.c.wrong(s.at.under(key), "不认识“%s”。", "这里可以写：%[2]s。", key, Words(known))
		}
	}
}

// Need are the settings that must be given.
func (s *Settings) Need(keys ...string) {
	for _, key := range keys {
		if s.use.With[key] == "" {
			s.c.wrong(s.at.under(key), "“%s”没有写 %s。", "写 %[2]s:。", s.use.Name, key)
		}
	}
}

// Number says that a setting names one of the flow's numbers.
func (s *Settings) Number(key string) {
	s.c.known(s.at.under(key), "编号", s.use.With[key], sortedNames(s.c.it.Flow.Numbers))
}

// Document says that a setting names one of the item's documents.
func (s *Settings) Document(key string) {
	name := s.use.With[key]
	if !s.c.known(s.at.under(key), "文件模板", name, documentNames(s.c.it)) || name == "" {
		return
	}
	if of, each := documentRows(s.c.it, name), s.use.With[settingEach]; of != each && of != "" {
		s.c.wrong(s.at.under(key), "文件模板“%s”是 %s 每条一份的。", "在这里写 each: %[2]s，或者换一个模板。", name, of)
	}
}

// Fields says that a setting names fields of the form, parted by spaces, of
// one of the types when any are given.
func (s *Settings) Fields(key string, types ...form.Type) {
	for id := range strings.FieldsSeq(s.use.With[key]) {
		if sub, ok := s.sub(id); ok {
			if len(types) > 0 && !slices.Contains(types, sub.Type) {
				s.c.wrong(s.at.under(key), "“%s”的类型不对。", "换一个合适的字段。", id)
			}
			continue
		}
		s.c.field(s.at.under(key), id, types...)
		s.c.used[id] = true
	}
}

// sub is a field of the record for which the effect is done.
func (s *Settings) sub(id string) (form.Field, bool) {
	if s.row == nil {
		return form.Field{}, false
	}
	return s.row.Sub(id)
}

// Member is a field that a group must have for an effect.
type Member struct {
	Name     string // "uscc" in "unit.uscc"
	Type     form.Type
	Optional bool
}

// Group says that a setting names a group of fields: what their names have in
// common before the last point.
func (s *Settings) Group(key string, members ...Member) {
	group := s.use.With[key]
	if group == "" || !s.c.known(s.at.under(key), "字段组", group, groupsOf(s.c.fieldIDs())) {
		return
	}
	for _, m := range members {
		id := group + "." + m.Name
		f, ok := s.c.it.Form.Field(id)
		switch {
		case !ok && !m.Optional:
			s.c.wrong(s.at.under(key), "“%s”要用到字段“%s”，表单里没有。", "在表单里加上它，或者写另一组字段。", s.use.Name, id)
		case ok && f.Type != m.Type:
			s.c.wrong(s.at.under(key), "“%s”用到的字段“%s”，类型要是 %s。", "在表单里改成 type: %[3]s。", s.use.Name, id, string(m.Type))
		}
		s.c.used[id] = true
	}
}

// Counts says that a limit which a setting tells is counted from today on, by
// the workday calendar.
func (s *Settings) Counts(key string, l Limit) {
	s.c.counted = append(s.c.counted, counted{s.at.under(key), l})
}

// Value is what a setting says; "" when it is not given.
func (s *Settings) Value(key string) string { return s.use.With[key] }

// Wrong reports a setting that cannot be used, in the words of the room.
func (s *Settings) Wrong(key, text, suggestion string, args ...any) {
	s.c.wrong(s.at.under(key), text, suggestion, args...)
}

// OneOf says that a setting, when it is given, is one of some words.
func (s *Settings) OneOf(key string, words ...string) {
	if v := s.use.With[key]; v != "" && !slices.Contains(words, v) {
		s.c.wrong(s.at.under(key), "不认识“%s”。", "这里可以写：%[2]s。", v, Words(words))
	}
}

// Expression says that a setting is an expression that gives a text. It may
// speak of answers, facts, what the house adds, and the given names.
func (s *Settings) Expression(key string, names ...string) {
	source := s.use.With[key]
	if source == "" {
		return
	}
	cond, err := form.ParseCond(source)
	if err != nil {
		what, _, _ := strings.Cut(err.Error(), "\n")
		s.c.wrong(s.at.under(key), "条件永远算不出来：%s。", "文字、数字和是否要和同一类的比：文字加引号，数字不加。", what)
		return
	}
	facts := slices.Clone(names)
	for _, f := range s.c.it.Flow.Facts {
		facts = append(facts, f.Name)
	}
	if e := (condition{at: s.at.under(key), cond: cond, facts: facts, text: true, row: s.row}); s.c.refs(e) {
		s.c.typed(e)
	}
	for _, id := range cond.Refs() {
		s.c.used[id] = true
	}
}

// groupsOf are the beginnings that names of fields have in common.
func groupsOf(ids []string) []string {
	var groups []string
	for _, id := range ids {
		if i := strings.LastIndex(id, "."); i > 0 && !slices.Contains(groups, id[:i]) {
			groups = append(groups, id[:i])
		}
	}
	return groups
}

// effects looks at uses of effects: that there is such an effect, and that its
// room can do something with the settings.
func (c *check) effects(at spot, uses []EffectUse) {
	if c.o.Effects == nil {
		return
	}
	for i, u := range uses {
		here := at.under(i)
		look, known := c.o.Effects[u.Name]
		if !known {
			c.known(here, "办理结果", u.Name, sortedNames(c.o.Effects))
			continue
		}
		if look != nil {
			look(&Settings{c: c, at: here.under(u.Name), use: u})
			continue
		}
		for _, value := range u.With { // nobody looks: it may read what it names
			for id := range strings.FieldsSeq(value) {
				c.used[id] = true
			}
		}
	}
}

// ownChecks looks at the checks to which the flow gives settings.
func (c *check) ownChecks() {
	if c.o.Checks == nil {
		return
	}
	for _, own := range sortedNames(c.it.Flow.Checks) {
		use := c.it.Flow.Checks[own]
		at := inFile("flow", "checks", own)
		if _, taken := c.o.Checks[own]; taken {
			c.wrong(at, "“%s”已经有别的意思。", "给这个条件换个名字。", own)
		}
		if c.known(at, "核查", use.Name, sortedNames(c.o.Checks)) {
			c.look(at.under(use.Name), use)
		}
	}
}

// asked looks at a check that an act or a field asks for: one of the flow, or
// one of the house that needs no settings.
func (c *check) asked(at spot, name string) {
	if c.o.Checks == nil || name == "" {
		return
	}
	if _, own := c.it.Flow.Checks[name]; own {
		return
	}
	if c.known(at, "核查", name, slices.Concat(sortedNames(c.it.Flow.Checks), sortedNames(c.o.Checks))) {
		c.look(at, EffectUse{Name: name})
	}
}

// look lets the room of a check look at its settings.
func (c *check) look(at spot, use EffectUse) {
	if look := c.o.Checks[use.Name]; look != nil {
		look(&Settings{c: c, at: at, use: use})
	}
}
