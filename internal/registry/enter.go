package registry

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/item"
)

// NameEnter is the name by which items let the base know what they decided.
const NameEnter = "registry.enter"

// Enter is the effect registry.enter: the base knows at once what a case has
// decided, so that a business that was registered a minute ago is found by
// other items, and its name is taken.
//
//	registry.enter: {uscc: results.licence, name: shop.name, rep: operator.name, address: site.address, status: living}
//
// What the item does not tell stays as it is. This is no register: the
// registration system's next import has the last word.
func (r *Room) Enter(ctx context.Context, tx db.Tx, call casework.Call, _, after casework.State, e casework.Event) (map[string]string, error) {
	it, ok := r.items.Version(after.Hash)
	if !ok {
		return nil, fmt.Errorf("%s: the item version of case %s is not in the library", call.Name, after.ID)
	}
	told := it.Form.Asked(after.Values)
	said := func(setting string) string {
		var parts []string
		for id := range strings.FieldsSeq(call.With[setting]) {
			if f, known := it.Form.Field(id); known && told[id] != nil {
				if v, isText := told[id].(string); isText && f.Type != form.TypeCatalogue {
					parts = append(parts, strings.TrimSpace(v))
				} else {
					parts = append(parts, form.Show(f, told[id], form.Context{}, false, nil))
				}
			}
		}
		return cn.Text(strings.Join(parts, "；"))
	}
	uscc := cn.Code(said("uscc"))
	if result, isResult := strings.CutPrefix(call.With["uscc"], "results."); isResult {
		uscc = cn.Code(after.Results[result])
	}
	if cn.USCC(uscc).Level == cn.Error {
		return nil, &casework.Refusal{Code: casework.CodeFinding, Text: "统一社会信用代码 %s 不对，记不进市场主体库。核对代码再办。", Args: []any{uscc}}
	}
	rec, known, err := find(ctx, tx, uscc)
	if err != nil {
		return nil, err
	}
	if !known {
		rec.USCC, rec.Region, rec.Established = uscc, uscc[2:8], e.At.In(form.Shanghai).Format(time.DateOnly)
		rec.Kind, rec.Status = string(cn.USCCKind(uscc)), Living
	}
	// Of several fields the first that was answered counts: the new name, or
	// where it stays, the old one.
	first := func(setting string) string { v, _, _ := strings.Cut(said(setting), "；"); return v }
	rec.Rep = cmp.Or(first("rep"), rec.Rep)
	rec.Name = cmp.Or(first("name"), rec.Name, rec.Rep)
	rec.Town, rec.Address, rec.Scope = cmp.Or(said("town"), rec.Town), cmp.Or(said("address"), rec.Address), cmp.Or(said("scope"), rec.Scope)
	rec.Status = Status(cmp.Or(call.With["status"], string(rec.Status)))
	if number := said("rep_id"); number != "" {
		rec.repIndex = r.repIndex(number)
	}
	return nil, upsert(ctx, tx, []record{r.keyed(rec)}, "case "+cmp.Or(after.Number, after.ID), e.At)
}

// LookEnter looks at the settings of registry.enter.
func LookEnter(s *item.Settings) {
	s.Keys("uscc", "name", "rep", "rep_id", "town", "address", "scope", "status")
	s.Need("uscc")
	if !strings.HasPrefix(s.Value("uscc"), "results.") {
		s.Fields("uscc", form.TypeUSCC)
	}
	s.Fields("name", form.TypeUnitName, form.TypePersonName)
	s.Fields("rep", form.TypePersonName)
	s.Fields("rep_id", form.TypeIDNumber)
	s.Fields("town", form.TypeTown)
	s.Fields("address")
	s.Fields("scope")
	s.OneOf("status", string(Living), string(Dormant), string(Deregistered), string(Revoked), string(Annulled))
}
