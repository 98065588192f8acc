package casework

import (
	"context"
	"maps"
	"slices"
	"strings"

	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/item"
)

// CheckUnclaimed is the name by which items ask whether another case, handed in
// before and not decided, is about the same thing: a trade name, a piece of
// equipment, a licence.
//
//	casework.unclaimed: {claim: equipment, field: device, each: equipment}
//
// An item that names the check lays claim to what the field says, from when a
// case is handed in until it ends. Items that share a claim see each other's
// cases. Nothing is claimed that is not answered.
const CheckUnclaimed = "casework.unclaimed"

// What the check finds.
const (
	FoundUnclaimed = "UNCLAIMED"
	FoundClaimed   = "CLAIMED"
)

// LookUnclaimed looks at the settings of casework.unclaimed.
func LookUnclaimed(s *item.Settings) {
	s.Keys("claim", "field", "each", "found")
	s.Each()
	s.Need("claim", "field")
	s.Fields("field")
	s.OneOf("found", string(Refuse), string(Warn))
}

// claimed is one thing that a case is about.
type claimed struct{ claim, key string }

// claims are what a case lays claim to, with the words for it: of a name what
// two spellings have in common, of anything else its code.
func (d *Door) claims(it *item.Item, use item.EffectUse, s State) map[claimed]string {
	out := map[claimed]string{}
	asked := it.Form.Asked(s.Values)
	add := func(f form.Field, v any) {
		said, _ := v.(string)
		key := cn.Code(said)
		if f.Type == form.TypeUnitName {
			key = cn.NameKey(said)
		}
		if key != "" {
			claim := use.With["claim"]
			out[claimed{claim, d.vault.Index("claim:"+claim, key)}] = said
		}
	}
	id := use.With["field"]
	if list, ok := it.Form.Field(use.With["each"]); ok {
		if sub, ok := list.Sub(id); ok {
			for _, row := range form.RowsOf(asked[list.ID]) {
				add(sub, row[id])
			}
			return out
		}
	}
	if f, ok := it.Form.Field(id); ok {
		add(f, asked[id])
	}
	return out
}

// allClaims are those of a case that is handed in and not decided.
func (d *Door) allClaims(it *item.Item, s State) map[claimed]string {
	out := map[claimed]string{}
	if stage, _ := it.Flow.Stage(s.Stage); s.Number == "" || stage.End != "" {
		return out
	}
	for _, use := range it.Flow.Checks {
		if use.Name == CheckUnclaimed {
			maps.Copy(out, d.claims(it, use, s))
		}
	}
	return out
}

// keepClaims follows what a case lays claim to.
func (d *Door) keepClaims(ctx context.Context, tx db.Tx, s State, before, after map[claimed]string) error {
	for c := range before {
		if _, still := after[c]; still {
			continue
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM case_claim WHERE case_id = $1 AND claim = $2 AND key = $3`, s.ID, c.claim, c.key); err != nil {
			return err
		}
	}
	for c := range after {
		if _, already := before[c]; already {
			continue
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO case_claim (case_id, claim, key, at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (case_id, claim, key) DO NOTHING`, s.ID, c.claim, c.key, db.Micros(s.UpdatedAt)); err != nil {
			return err
		}
	}
	return nil
}

// unclaimed answers CheckUnclaimed. Who was first is not held up by who came
// later: of two cases only the later one finds the other. Whose the other is
// and its number are told where it is the same unit's.
func (d *Door) unclaimed(ctx context.Context, q Queryer, call Call, s State, it *item.Item) (Finding, error) {
	mine := d.claims(it, item.EffectUse(call), s)
	subject, _ := s.Values[it.Flow.Subject].(string)
	for _, c := range slices.SortedFunc(maps.Keys(mine), func(a, b claimed) int { return strings.Compare(mine[a], mine[b]) }) {
		number, whose, found, err := earlierClaim(ctx, q, c, s.ID)
		switch {
		case err != nil:
			return Finding{}, err
		case !found:
			continue
		}
		f := Finding{Level: Refuse, Code: FoundClaimed, Text: "“%s”已经在另一件申请里，那一件先提交，还没有办结。等它办结以后再办。", Args: []any{mine[c]}}
		if call.With["found"] == string(Warn) {
			f.Level = Warn
		}
		if subject != "" && whose == subject {
			f.Text, f.Args = "“%s”已经在另一件申请里（编号 %s），那一件先提交，还没有办结。等它办结以后再办，或者先撤回它。", append(f.Args, number)
		}
		return f, nil
	}
	return Finding{Level: Fine, Code: FoundUnclaimed, Text: "没有别的在办申请和它冲突。"}, nil
}

// earlierClaim finds the first other case that claims something, if it did so
// before this one.
func earlierClaim(ctx context.Context, q Queryer, c claimed, id string) (number, subject string, found bool, err error) {
	rows, err := q.QueryContext(ctx, `SELECT k.case_id, k.at, c.number, c.subject FROM case_claim k JOIN cases c ON c.id = k.case_id
		WHERE k.claim = $1 AND k.key = $2 ORDER BY k.at, k.case_id LIMIT 1`, c.claim, c.key)
	if err != nil {
		return "", "", false, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var first string
		var at int64
		if err := rows.Scan(&first, &at, &number, &subject); err != nil {
			return "", "", false, err
		}
		found = first != id
	}
	return number, subject, found, rows.Err()
}
