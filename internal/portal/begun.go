package portal

import (
	"context"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

// begun is the draft of an item that the visitor has begun about a licence and
// not handed in: who presses the licence's button again goes on with it,
// unless the licence has become another since. Empty when there is none.
func (p *Portal) begun(ctx context.Context, it *item.Item, number string) (string, error) {
	l, ok, err := p.Licences.Find(ctx, number)
	if err != nil || !ok || len(l.Versions) == 0 {
		return "", err
	}
	whose := mineOf(web.VisitorOf(ctx))
	ask := casework.Query{Mine: &whose, Item: it.Name, Live: true, Limit: 50}
	if staff := web.VisitorOf(ctx).Staff; staff != nil {
		ask.Mine, ask.Owner = nil, casework.HelperOwner(staff.ID)
	}
	rows, _, err := p.Door.List(ctx, ask)
	if err != nil {
		return "", err
	}
	for _, row := range rows {
		if row.Number != "" || row.Item != it.Name { // handed in
			continue
		}
		s, pinned, err := p.Door.Get(ctx, row.ID)
		if err != nil {
			return "", err
		}
		if l.Versions[len(l.Versions)-1].Made.After(s.CreatedAt) { // it says what held before
			continue
		}
		if s.Stage == pinned.Flow.Start && s.Submitted == nil && speaksOf(s, pinned, number) {
			return s.ID, nil
		}
	}
	return "", nil
}

// speaksOf tells whether a case names a licence, alone or in its list.
func speaksOf(s casework.State, it *item.Item, number string) bool {
	field := it.Guide.Licence.Field
	list, sub, ok := it.Form.SubField(field)
	if !ok {
		named, _ := s.Values[field].(string)
		return cn.Code(named) == cn.Code(number)
	}
	for _, row := range form.RowsOf(s.Values[list.ID]) {
		if named, _ := row[sub.ID].(string); cn.Code(named) == cn.Code(number) {
			return true
		}
	}
	return false
}
