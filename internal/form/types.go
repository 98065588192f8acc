package form

import (
	"slices"

	"wangban/internal/cn"
)

// Types are all types a field can have.
func Types() []Type {
	return []Type{
		TypeText, TypeTextarea, TypeNumber, TypeChoice, TypeChoices, TypeYesNo, TypeDate, TypeUSCC, TypeUnitKind,
		TypeUnitName, TypePersonName, TypeIDType, TypeIDNumber, TypeIDExpiry, TypeMobile, TypeTown, TypeAddress,
		TypeFile, TypePassword, TypeAgree,
		TypeDecimal, TypeMoney, TypeEmail, TypeLandline, TypePostcode, TypeURL, TypeLicenceNumber, TypeEquipmentCode,
		TypeCatalogue, TypeRows,
	}
}

// Vocabulary is the answers that a type brings along, nil for most types. A
// form may narrow them and name them otherwise.
func Vocabulary(t Type) []Option {
	switch t {
	case TypeUnitKind:
		return slices.Clone(unitKinds)
	case TypeIDType:
		return slices.Clone(idTypes)
	}
	return nil
}

var unitKinds = []Option{
	{Value: "enterprise", Label: "企业"},
	{Value: "sole_trader", Label: "个体工商户"},
	{Value: "sole_proprietorship", Label: "个人独资企业"},
	{Value: "partnership", Label: "合伙企业"},
	{Value: "cooperative", Label: "农民专业合作社"},
	{Value: "branch", Label: "分支机构"},
	{Value: "other", Label: "其他"},
}

// idTypes are the identity documents of the domain sheet (2.2, 3.6).
var idTypes = []Option{
	{Value: cn.ResidentID, Label: "居民身份证"},
	{Value: cn.HKMOPermit, Label: "港澳居民来往内地通行证"},
	{Value: cn.TWPermit, Label: "台湾居民来往大陆通行证"},
	{Value: cn.ResidencePermit, Label: "港澳台居民居住证"},
	{Value: cn.ChinesePassport, Label: "中国护照"},
	{Value: cn.ForeignPassport, Label: "外国护照"},
	{Value: cn.ForeignResident, Label: "外国人永久居留身份证"},
}

// Choosing tells whether a field is answered by choosing one of Options.
func (f Field) Choosing() bool {
	return f.Type == TypeChoice || f.Type == TypeUnitKind || f.Type == TypeIDType
}

// option finds one of a field's answers.
func (f Field) option(value string) (Option, bool) {
	i := slices.IndexFunc(f.Options, func(o Option) bool { return o.Value == value })
	if i < 0 {
		return Option{}, false
	}
	return f.Options[i], true
}

// Number tells whether the answer is a number.
func (t Type) Number() bool { return t == TypeNumber || t.decimal() }

func (t Type) decimal() bool { return t == TypeDecimal || t == TypeMoney }

// odd tells whether an answer can be odd and right all the same: there is a box
// to confirm it.
func (t Type) odd() bool {
	switch t {
	case TypeUSCC, TypeIDNumber, TypeIDExpiry, TypeLicenceNumber, TypeEquipmentCode:
		return true
	}
	return false
}

// InRows tells whether a field of the type can be asked in the rows of another.
// Files, passwords and statements belong to the case, and rows do not nest.
func (t Type) InRows() bool {
	return t != TypeFile && t != TypePassword && t != TypeAgree && t != TypeRows
}

// Own tells whether only the person concerned can answer: nobody chooses
// somebody else's password, or agrees for them.
func (t Type) Own() bool { return t == TypePassword || t == TypeAgree }

// OwnPage tells whether a page asks for nothing else.
func OwnPage(p Page) bool {
	return !slices.ContainsFunc(p.Fields, func(f Field) bool { return !f.Type.Own() })
}
