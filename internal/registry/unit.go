package registry

import (
	"context"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/item"
)

// CheckUnit is the name by which items ask for the comparison.
const CheckUnit = "registry.unit"

// Codes of what CheckUnit finds. Those of mismatches are the codes that the
// domain sheet gives the reasons for returning.
const (
	FoundSame       = "REGISTERED"
	FoundNone       = "NOT_IN_BASE"   // C-18
	FoundName       = "NAME_MISMATCH" // C-19
	FoundRep        = "LR_MISMATCH"   // C-24
	FoundRepUnclear = "LR_UNCLEAR"    // C-20
	FoundRepID      = "LR_ID_MISMATCH"
	FoundCancelled  = "UNIT_CANCELLED" // C-17
	FoundRevoked    = "UNIT_REVOKED"   // C-17
	FoundStatus     = "UNIT_STATUS"
	FoundKind       = "KIND_MISMATCH"
)

// Check is the check registry.unit: the item's unit held against the entity
// base, by code, name, representative, kind and status. A unit that is deregistered
// or whose licence is revoked is refused (C-17); items for deregistering, which
// a revoked unit still needs, say so: registry.unit: {revoked: warn}. Everything else is
// for the reviewer to judge: the base may be older than the licence in hand.
func (r *Room) Check(ctx context.Context, q casework.Queryer, call casework.Call, s casework.State, it *item.Item) (casework.Finding, error) {
	uscc, _ := s.Values[it.Flow.Subject].(string)
	known, ok, err := find(ctx, q, uscc)
	if err != nil {
		return casework.Finding{}, err
	}
	if !ok {
		return casework.Finding{Level: casework.Warn, Code: FoundNone,
			Text: "本地市场主体库里没有这个单位，可能在外地登记，或者刚刚领照。到国家企业信用信息公示系统核对后再办。"}, nil
	}
	c := comparing{it: it, s: s, known: known, repIndex: r.repIndex}
	c.compare()
	f := c.finding()
	f.Compare = c.rows
	if f.Code == FoundRevoked && call.With["revoked"] == string(casework.Warn) {
		f.Level = casework.Warn
	}
	return f, nil
}

// LookUnit looks at the settings of registry.unit.
func LookUnit(s *item.Settings) {
	s.Keys("revoked")
	s.OneOf("revoked", string(casework.Warn))
}

// comparing holds one case against one entity.
type comparing struct {
	it       *item.Item
	s        casework.State
	known    record
	repIndex func(number string) string

	rows          []casework.Comparison
	name, rep, id likeness
	kind          likeness
}

func (c *comparing) compare() {
	c.name, c.rep, c.id, c.kind = same, same, same, same
	defer c.standing()
	c.row(c.it.Flow.Subject, c.known.USCC, same)
	if given := c.given(c.it.Flow.Title); given != "" {
		if !cn.SameUnitName(given, c.known.Name) {
			c.name = different
		}
		c.row(c.it.Flow.Title, c.known.Name, c.name)
	}
	given := c.given(c.it.Flow.Rep)
	if given == "" {
		return
	}
	c.rep = sameRep(given, c.known.Rep)
	c.row(c.it.Flow.Rep, c.known.Rep, c.rep)
	number := c.given(c.repNumber())
	if number != "" && c.known.repIndex != "" && c.repIndex(number) != c.known.repIndex {
		c.id = different
	}
}

// standing compares the kind of unit, where the item asks for it, and tells the
// status, which nobody fills in: what it means is said in words.
func (c *comparing) standing() {
	subject, _ := c.it.Form.Field(c.it.Flow.Subject)
	if field, ok := c.it.Form.Field(subject.Kind); ok && c.given(field.ID) != "" && c.known.Kind != "" {
		given := c.given(field.ID)
		if given != c.known.Kind && !(c.known.Kind == string(cn.Enterprise) && enterprises[given]) {
			c.kind = different
		}
		c.rows = append(c.rows, casework.Comparison{Field: field.ID, Label: field.Label, Given: kindLabel(given), Known: kindLabel(c.known.Kind), Same: c.kind == same, Words: true})
	}
	c.rows = append(c.rows, casework.Comparison{Label: "登记状态", Known: c.known.Status.Label(), Same: c.known.Status == Living || c.known.Status == Dormant, Words: true})
}

// enterprises are the kinds with a code like an enterprise's (91). A file that
// does not tell the type is read by the code, so that the base calls each of
// them an enterprise.
var enterprises = map[string]bool{"enterprise": true, "sole_proprietorship": true, "partnership": true, "branch": true}

// repNumber is the field with the representative's document number, when the
// representative is a party of the item.
func (c *comparing) repNumber() string {
	for _, p := range c.it.Flow.Parties {
		if p.PersonName == c.it.Flow.Rep {
			return p.IDNumber
		}
	}
	return ""
}

func (c *comparing) given(field string) string {
	s, _ := c.s.Values[field].(string)
	return s
}

func (c *comparing) row(id, known string, l likeness) {
	field, ok := c.it.Form.Field(id)
	if !ok {
		return
	}
	c.rows = append(c.rows, casework.Comparison{Field: id, Label: field.Label, Given: c.given(id), Known: known, Same: l == same})
}

// finding says the weightiest thing in words; the rows show the rest.
func (c *comparing) finding() casework.Finding {
	warn := func(code, text string, args ...any) casework.Finding {
		return casework.Finding{Level: casework.Warn, Code: code, Text: text, Args: args}
	}
	day := c.known.Imported.In(form.Shanghai).Format("2006-01-02")
	switch {
	case c.known.Status == Deregistered:
		return casework.Finding{Level: casework.Refuse, Code: FoundCancelled, Args: []any{day},
			Text: "登记信息（%s 导入）显示这个单位已经注销，不能办理。核对代码有没有填错；登记信息不对的，带营业执照到登记窗口更正后再办。"}
	case c.known.Status == Revoked:
		return casework.Finding{Level: casework.Refuse, Code: FoundRevoked, Args: []any{day},
			Text: "登记信息（%s 导入）显示这个单位的营业执照已被吊销，只能办理注销登记。登记信息不对的，带营业执照到登记窗口更正后再办。"}
	case c.rep == different && c.name == different:
		return warn(FoundRep, "名称和法定代表人都与登记信息不一致。核对代码是不是这个单位的；换了法定代表人还没登记的，先办理法定代表人变更登记。")
	case c.rep == different:
		return warn(FoundRep, "法定代表人与登记信息不一致。还没登记的，先办理法定代表人变更登记；已经登记的，对照营业执照核对。")
	case c.id == different:
		return warn(FoundRepID, "法定代表人姓名一致，证件号码与登记信息不一致。对照证件核对是不是同一个人。")
	case c.name == different:
		return warn(FoundName, "名称与登记信息不一致。对照营业执照核对。")
	case c.kind == different:
		return warn(FoundKind, "单位类型与登记信息不一致。对照营业执照核对。")
	case c.rep == unsure:
		return warn(FoundRepUnclear, "登记信息里法定代表人姓名有缺字，其余的字一致。对照证件核对。")
	case c.known.Status != Living && c.known.Status != Dormant:
		return warn(FoundStatus, "登记信息（%s 导入）显示这个单位的状态是“%s”。核对后再办。", day, c.known.Status.Label())
	}
	return casework.Finding{Level: casework.Fine, Code: FoundSame, Text: "与登记信息一致。"}
}
