package form

import (
	"strings"

	"wangban/internal/cn"
)

// Show writes an answer for people to read: labels instead of codes, dates as
// they are spoken. With mask, what identifies a person is covered. tr
// translates a Chinese text; nil leaves it.
func Show(f Field, v any, ctx Context, mask bool, tr func(string) string) string {
	if tr == nil {
		tr = untranslated
	}
	if records, ok := v.([]any); ok && f.Type == TypeRows {
		v = rowsOf(records)
	}
	if !Answered(v) {
		return ""
	}
	switch v := v.(type) {
	case bool:
		return tr(spoken(f, v))
	case []string:
		labels := make([]string, len(v))
		for i, value := range v {
			if f.Type == TypeCatalogue {
				labels[i] = tr(f.Catalogue.nameOf(value))
				continue
			}
			labels[i] = tr(labelOf(f, value))
		}
		return strings.Join(labels, tr("、"))
	case []File:
		names := make([]string, len(v))
		for i, file := range v {
			names[i] = file.Name
		}
		return strings.Join(names, tr("、"))
	case []Row:
		return spokenRows(f, v, ctx, mask, tr)
	}
	s := text(v)
	if mask {
		s = masked(f, s)
	}
	switch f.Type {
	case TypeChoice, TypeUnitKind, TypeIDType:
		return tr(labelOf(f, s))
	case TypeCatalogue:
		return tr(f.Catalogue.nameOf(s))
	case TypeDecimal, TypeMoney:
		if f.Unit != "" {
			return s + " " + tr(f.Unit)
		}
	case TypeTown:
		if name, ok := ctx.Towns[s]; ok {
			return tr(name)
		}
	case TypePassword:
		return tr("已设置")
	case TypeDate, TypeIDExpiry:
		if s == LongTerm {
			return tr("长期")
		}
		return Date(s).in(tr)
	}
	return s
}

func spoken(f Field, yes bool) string {
	switch {
	case f.Type == TypeAgree && yes:
		return "已同意"
	case f.Type == TypeAgree:
		return "未同意"
	case yes:
		return "是"
	}
	return "否"
}

func labelOf(f Field, value string) string {
	if o, ok := f.option(value); ok && o.Label != "" {
		return o.Label
	}
	return value
}

func masked(f Field, s string) string {
	switch f.Type {
	case TypePersonName:
		return cn.MaskName(s)
	case TypeIDNumber:
		return cn.MaskID(s)
	case TypeMobile:
		return cn.MaskMobile(s)
	case TypeEmail:
		return maskEmail(s)
	case TypeLandline:
		return maskLandline(s)
	case TypeAddress:
		return cn.MaskAddress(s)
	}
	return s
}
