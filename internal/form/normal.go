package form

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"wangban/internal/cn"
)

// Normal is what an answer is compared by: spelling variants that mean the
// same have the same normal form (R-077, C-19, C-21). Width, outer space and
// the case of codes do not count, nor +86 before a number.
func Normal(f Field, v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return "true"
		}
		return "false"
	case []string:
		sorted := slices.Clone(v)
		slices.Sort(sorted)
		return strings.Join(sorted, ",")
	case []File:
		hashes := make([]string, len(v))
		for i, file := range v {
			hashes[i] = file.Hash
		}
		return strings.Join(hashes, ",")
	case []Row:
		return normalRows(f, v)
	}
	s := text(v)
	switch f.Type {
	case TypeUSCC, TypeIDNumber, TypeEquipmentCode, TypeLicenceNumber:
		return cn.Code(s)
	case TypeDecimal, TypeMoney:
		return plainDecimal(s)
	case TypeMobile:
		return cn.Mobile(s).Value
	case TypeUnitName, TypePersonName:
		return cn.NameKey(s)
	case TypeText, TypeTextarea, TypeAddress:
		return cn.Text(norm.NFKC.String(s))
	}
	return s
}
