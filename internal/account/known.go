package account

import (
	"context"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
)

// manyUnits is how many units an agent may act for before the reviewer is told
// (C-13). Accounting firms do; so do people who sell applications.
const manyUnits = 20

// SharedNumber is the check account.shared-number: a person of the case has the
// number of somebody else with an account (C-15). Relatives share numbers, so
// it only warns; the reviewer looks whether the number is the person's own.
func (r *Room) SharedNumber(ctx context.Context, q casework.Queryer, _ casework.Call, s casework.State, it *item.Item) (casework.Finding, error) {
	for _, p := range partiesOf(s, it) {
		var others int
		err := q.QueryRowContext(ctx, `SELECT count(*) FROM account_person WHERE mobile = $1 AND identity <> $2`,
			r.vault.Index("mobile", p.Mobile), r.identity(p.Person)).Scan(&others)
		if err != nil {
			return casework.Finding{}, err
		}
		if others > 0 {
			return casework.Finding{Level: casework.Warn, Code: "SHARED_NUMBER",
				Text: "%s的手机号，另一个人的账号也在用。核对是不是本人的号码。", Args: []any{p.label}}, nil
		}
	}
	return casework.Finding{Level: casework.Fine, Code: "OWN_NUMBERS"}, nil
}

// ManyUnits is the check account.many-units: an agent who acts for more units
// than people usually do (C-13). It only warns.
func (r *Room) ManyUnits(ctx context.Context, q casework.Queryer, _ casework.Call, s casework.State, it *item.Item) (casework.Finding, error) {
	today := r.now().In(form.Shanghai).Format(time.DateOnly)
	for _, p := range partiesOf(s, it) {
		var units int
		err := q.QueryRowContext(ctx, `SELECT count(*) FROM account_mandate m JOIN account_person p ON p.id = m.person
			WHERE p.identity = $1 AND m.role = 'agent' AND m.revoked = 0 AND (m.ends = '' OR m.ends >= $2)`, r.identity(p.Person), today).Scan(&units)
		if err != nil {
			return casework.Finding{}, err
		}
		if units > manyUnits {
			return casework.Finding{Level: casework.Warn, Code: "MANY_UNITS",
				Text: "%s已经代理 %d 个单位。核对授权是不是单位本人的意思。", Args: []any{p.label, units}}, nil
		}
	}
	return casework.Finding{Level: casework.Fine, Code: "FEW_UNITS"}, nil
}

// party is a person of a case, with what the item calls them.
type party struct {
	Person
	label string
}

// partiesOf are the persons of a case who have a number and a document.
func partiesOf(s casework.State, it *item.Item) (of []party) {
	env := it.Form.Env(s.Values)
	for _, p := range it.Flow.Parties {
		text := func(field string) string { t, _ := s.Values[field].(string); return t }
		who := party{Person{Mobile: text(p.Mobile), IDType: text(p.IDType), IDNumber: text(p.IDNumber)}, p.Label}
		if p.When.Holds(env) && who.Mobile != "" && who.IDNumber != "" {
			of = append(of, who)
		}
	}
	return of
}
