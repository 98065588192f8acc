package account

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/item"
)

// OpenAccount is the effect account.open: the unit's account exists from this
// transaction on, with its owner and, where an agent applied, the agent's
// mandate. The answers it reads are named in the item: {unit: unit, owner:
// rep, agent: agent, mandate: letter, password: account.password} stand for
// the groups of fields unit.uscc, unit.name, rep.name, and so on.
//
// An account whose owner has left the unit and is forgotten is taken over: it is
// the new owner's from then on, and what the old one has let others do ends.
func (r *Room) OpenAccount(ctx context.Context, tx db.Tx, call casework.Call, _, after casework.State, e casework.Event) (map[string]string, error) {
	a := answers{after.Values, call.With}
	org := Organisation{USCC: a.text("unit", "uscc"), Name: a.text("unit", "name"), Kind: a.text("unit", "kind"), Town: a.text("unit", "town"), Unit: after.Unit, Case: after.ID}
	switch done, err := r.openOrg(ctx, tx, org, e); {
	case err != nil:
		return nil, fmt.Errorf("open the account of a unit: %w", err)
	case !done:
		return nil, &casework.Refusal{Code: casework.CodeFinding, Text: "这个单位刚刚已经由别的申请注册了账号。以“单位已经注册”退回这件申请。"}
	}
	password, _ := after.Values[call.With["password"]].(string)
	byAgent := a.text("agent", "mobile") != ""
	owner := a.person("owner")
	if !byAgent {
		owner.password = password
	}
	if err := r.join(ctx, tx, org.USCC, owner, Mandate{Role: Owner}, e); err != nil {
		return nil, err
	}
	if byAgent {
		agent := a.person("agent")
		agent.password = password
		scope, _ := after.Values[call.With["mandate"]+".scope"].([]string)
		m := Mandate{Role: Agent, Scope: scope, From: a.text("mandate", "from"), To: a.text("mandate", "to"), Letter: after.Number}
		if err := r.join(ctx, tx, org.USCC, agent, m, e); err != nil {
			return nil, err
		}
	}
	return map[string]string{"account": org.USCC}, r.record(ctx, tx, e.Actor.ID, "opened", org.USCC, "", after.Number)
}

// openOrg opens the account of a unit that has none, or takes over one that has
// no owner any more; false when somebody has it.
func (r *Room) openOrg(ctx context.Context, tx db.Tx, org Organisation, e casework.Event) (bool, error) {
	if err := tx.Alone(ctx, "account\x00"+org.USCC); err != nil {
		return false, err
	}
	done := func(res sql.Result, err error) (bool, error) {
		if err != nil {
			return false, err
		}
		n, err := res.RowsAffected()
		return n > 0, err
	}
	ok, err := done(tx.ExecContext(ctx, `INSERT INTO account_org (uscc, name, kind, town, unit, state, opened, case_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (uscc) DO NOTHING`,
		org.USCC, org.Name, org.Kind, org.Town, org.Unit, stateActive, db.Micros(e.At), org.Case))
	if err != nil || ok {
		return ok, err
	}
	ok, err = done(tx.ExecContext(ctx, `UPDATE account_org SET name = $2, kind = $3, town = $4, unit = $5, opened = $6, case_id = $7
		WHERE uscc = $1 AND state = $8 AND NOT EXISTS (SELECT 1 FROM account_mandate m WHERE m.uscc = $1 AND m.role = 'owner' AND m.revoked = 0)`,
		org.USCC, org.Name, org.Kind, org.Town, org.Unit, db.Micros(e.At), org.Case, stateActive))
	if err != nil || !ok {
		return ok, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE account_mandate SET revoked = $2 WHERE uscc = $1 AND revoked = 0`, org.USCC, db.Micros(e.At))
	return true, err
}

// CheckOpen looks at what an item tells account.open.
func CheckOpen(s *item.Settings) {
	s.Keys("unit", "owner", "agent", "mandate", "password")
	s.Need("unit", "owner", "password")
	s.Group("unit", item.Member{Name: "uscc", Type: form.TypeUSCC}, item.Member{Name: "name", Type: form.TypeUnitName},
		item.Member{Name: "kind", Type: form.TypeUnitKind, Optional: true}, item.Member{Name: "town", Type: form.TypeTown, Optional: true})
	for _, key := range []string{"owner", "agent"} {
		s.Group(key, item.Member{Name: "name", Type: form.TypePersonName}, item.Member{Name: "mobile", Type: form.TypeMobile},
			item.Member{Name: "id_type", Type: form.TypeIDType}, item.Member{Name: "id_no", Type: form.TypeIDNumber})
	}
	s.Group("mandate", item.Member{Name: "scope", Type: form.TypeChoices}, item.Member{Name: "from", Type: form.TypeDate, Optional: true},
		item.Member{Name: "to", Type: form.TypeDate})
	s.Fields("password", form.TypePassword)
}

// answers reads groups of fields by the names the item gives them.
type answers struct {
	values form.Values
	with   map[string]string
}

func (a answers) text(group, field string) string {
	prefix, ok := a.with[group]
	if !ok {
		return ""
	}
	s, _ := a.values[prefix+"."+field].(string)
	return s
}

func (a answers) person(group string) Person {
	return Person{Name: a.text(group, "name"), Mobile: a.text(group, "mobile"), IDType: a.text(group, "id_type"), IDNumber: a.text(group, "id_no")}
}

// join makes a person act for a unit.
func (r *Room) join(ctx context.Context, tx db.Tx, uscc string, p Person, m Mandate, e casework.Event) error {
	person, err := r.ensurePerson(ctx, tx, p)
	if err != nil {
		return fmt.Errorf("the %s of a unit: %w", m.Role, err)
	}
	if m.Scope == nil {
		m.Scope = []string{}
	}
	scope, err := json.Marshal(m.Scope)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO account_mandate (id, uscc, person, role, scope, starts, ends, letter, revoked) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)`,
		newID(), uscc, person, string(m.Role), string(scope), m.From, m.To, m.Letter)
	if err != nil {
		return err
	}
	return r.record(ctx, tx, e.Actor.ID, "joined as "+string(m.Role), uscc, person, m.Letter)
}

// FoundTaken is the code of a unit that has an account already; the domain
// sheet gives it as the reason for returning.
const FoundTaken = "DUPLICATE"

// UnitFree is the check account.unit (C-16): a unit has one account. Who
// registers it again is told how to get in.
func (r *Room) UnitFree(ctx context.Context, q casework.Queryer, _ casework.Call, s casework.State, it *item.Item) (casework.Finding, error) {
	uscc, _ := s.Values[it.Flow.Subject].(string)
	var person, state string
	err := q.QueryRowContext(ctx, `SELECT o.state, coalesce(max(m.person), '') FROM account_org o
		LEFT JOIN account_mandate m ON m.uscc = o.uscc AND m.role = 'owner' AND m.revoked = 0 WHERE o.uscc = $1 GROUP BY o.uscc, o.state`, strings.ToUpper(uscc)).Scan(&state, &person)
	switch {
	case noRows(err):
		return casework.Finding{Level: casework.Fine, Code: "NO_ACCOUNT", Text: "这个单位还没有账号。"}, nil
	case err != nil:
		return casework.Finding{}, err
	case state == stateClosed:
		return casework.Finding{Level: casework.Refuse, Code: FoundTaken, Text: "这个单位已经注册过账号，管理员的资料已经按规定删除。打电话问本局。"}, nil
	case person == "":
		return casework.Finding{Level: casework.Fine, Code: "NO_OWNER", Text: "这个单位的账号没有管理员了：原来的法定代表人已经离任，资料已经按规定删除。这次注册通过后，账号换到新的法定代表人名下，原来的授权同时结束。"}, nil
	}
	owner, _, err := r.Person(ctx, person)
	if err != nil {
		return casework.Finding{}, err
	}
	return casework.Finding{Level: casework.Refuse, Code: FoundTaken,
		Text: "这个单位已经注册了账号，管理员是 %s（%s）。请管理员给你授权；忘了密码的，从登录页用验证码重新设置。",
		Args: []any{cn.MaskName(owner.Name), cn.MaskMobile(owner.Mobile)}}, nil
}
