package casework

import (
	"context"
	"fmt"

	"wangban/internal/db"
	"wangban/internal/item"
)

// supersedeOthers ends every other live case about the same subject (T23), in
// the transaction of the act that settled it. Cases in a stage that the item
// does not list stay: whoever handles them will be refused and return them.
func (d *Door) supersedeOthers(ctx context.Context, tx db.Tx, _ Call, _, after State, e Event) (map[string]string, error) {
	it, err := d.version(ctx, after)
	if err != nil {
		return nil, err
	}
	subject, _ := after.Values[it.Flow.Subject].(string)
	ids, err := liveAbout(ctx, tx, it.Name, subject, after.ID)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if err := d.supersede(ctx, tx, id, e, d.row(it, after).applicant); err != nil {
			return nil, fmt.Errorf("supersede case %s: %w", id, err)
		}
	}
	return nil, nil
}

// supersede ends one case. Its applicant is told unless there is nothing to
// tell: nothing was ever handed in, or it is the winner's own.
func (d *Door) supersede(ctx context.Context, tx db.Tx, id string, by Event, winner string) error {
	c, err := d.load(ctx, tx, id)
	if err != nil {
		return err
	}
	it, err := d.version(ctx, c.state)
	if err != nil {
		return err
	}
	in := Input{Act: "supersede", Key: "supersede:" + by.Case, Actor: Actor{Kind: System, ID: "casework"}}
	o, r := Decide(d.house(), it, c.state, in, Outside{Now: by.At, Token: NewToken()})
	if r != nil {
		return nil // not in a stage that can be superseded
	}
	if own := d.row(it, c.state).applicant; c.state.Submitted == nil || own != "" && own == winner {
		o.Tells = nil
	}
	ready, err := d.enter(it, c, o)
	if err == nil {
		ready, err = d.informed(ctx, ready)
	}
	if err == nil {
		_, err = d.carryOut(ctx, tx, ready)
	}
	return err
}

func liveAbout(ctx context.Context, q Queryer, itemName, subject, but string) ([]string, error) {
	rows, err := q.QueryContext(ctx, `SELECT id FROM cases WHERE subject = $1 AND subject <> '' AND item = $2 AND ended = '' AND id <> $3 ORDER BY id`, subject, itemName, but)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// FoundSameApplicant is the code of a second case of one applicant; its first
// argument is the number of the other.
const FoundSameApplicant = "SAME_APPLICANT"

// sameApplicant refuses a second live case of one applicant about one subject
// (C-12).
func (d *Door) sameApplicant(ctx context.Context, q Queryer, _ Call, s State, it *item.Item) (Finding, error) {
	r, alone := d.row(it, s), Finding{Level: Fine, Code: "NO_OTHER", Text: "没有你的其他在办申请。"}
	var number string
	if r.applicant == "" {
		return alone, nil
	}
	err := q.QueryRowContext(ctx, `SELECT coalesce(min(number), '') FROM cases
		WHERE subject = $1 AND item = $2 AND ended = '' AND id <> $3 AND number <> '' AND applicant = $4 AND applicant <> ''`,
		r.subject, s.Item, s.ID, r.applicant).Scan(&number)
	if err != nil {
		return Finding{}, err
	}
	if number == "" {
		return alone, nil
	}
	return Finding{Level: Refuse, Code: FoundSameApplicant, Text: "你已经为这个单位提交过申请，编号 %s，还在办理。先查看那一件的进度。", Args: []any{number}}, nil
}
