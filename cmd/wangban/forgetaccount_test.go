package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
)

// A person's account is forgotten: nothing tells any more who they were, what
// has to stay stays without a name, and after a restored backup it is done
// again.
func TestForgetAccount(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { forgettingAccounts(t, openHouse(t)) })
	t.Run("postgres", func(t *testing.T) { forgettingAccounts(t, openHouseOn(t, dbtest.PostgresURL(t))) })
}

func forgettingAccounts(t *testing.T, h *house) {
	f := &forgetter{house: h}
	c := f.cast("signed")
	c.do(c.id, "claim", c.officer("chenyan"), casework.Data{})
	c.do(c.id, "approve", c.officer("chenyan"), c.allRight(c.id))
	uscc := f.state(c.id).Results["account"]
	people := map[account.Role]account.Person{}
	mandates, err := f.accounts.MandatesOf(t.Context(), uscc)
	f.must(err)
	for _, m := range mandates {
		p, _, err := f.accounts.Person(t.Context(), m.Person)
		f.must(err)
		people[m.Role] = p
	}
	agent, rep := people[account.Agent], people[account.Owner]

	f.refusesAccount(agent, rep, uscc)
	f.forgetsAccount(c, agent, rep, uscc)
	f.forgetsRepresentative(rep, uscc)
	f.forgetsAgain(agent)
}

func (f *forgetter) account(status int, who string, more ...string) string {
	f.Helper()
	return f.command(status, append([]string{"forget", "account", who}, more...)...)
}

var decided = []string{"--reason", "本人要求", "--by", "zhouwei"}

// refusesAccount: while something hangs on the account it stays, and it is said
// what.
func (f *forgetter) refusesAccount(agent, rep account.Person, uscc string) {
	ctx := f.Context()
	if said := f.account(1, rep.Mobile, decided...); !strings.Contains(said, "they represent "+uscc) {
		f.Error(said)
	}
	if said := f.account(1, uscc, decided...); !strings.Contains(said, agent.ID) || !strings.Contains(said, rep.ID) || strings.Contains(said, agent.Name) || strings.Contains(said, agent.Mobile) {
		f.Error(said)
	}
	f.account(1, agent.Mobile, "--by", "zhouwei")
	f.account(1, agent.Mobile, "--reason", "本人要求", "--by", "nobody")
	f.account(1, "13000000000", decided...)

	b := f.as("person", agent.ID)
	a := casework.Actor{Kind: casework.Applicant, ID: agent.ID, Session: b.session.ID}
	id := f.house.draft("food-filing", "food-complete", a, casework.Created{Owner: agent.ID})
	if said := f.account(1, agent.ID, decided...); !strings.Contains(said, "case "+id+" (a draft) is under way") {
		f.Error(said)
	}
	f.do(id, "submit", a, casework.Data{})
	f.do(id, "claim", f.officer("chenyan"), casework.Data{})
	f.do(id, "accept", f.officer("chenyan"), f.allRight(id))
	s := f.state(id)
	number := s.Results["licence"]
	if said := f.account(1, agent.ID, decided...); !strings.Contains(said, "licence "+number+" is valid, and only this account holds it") {
		f.Error(said)
	}
	// Whoever represents the holder can open its account and have the licence there.
	l, _, err := f.licences.Find(ctx, number)
	f.must(err)
	_, err = f.entities.Import(ctx, "base.csv", strings.NewReader("统一社会信用代码,名称,法定代表人,登记状态\n"+l.USCC+","+l.Unit+",欧阳新来,存续\n"), nil)
	f.must(err)
	if said := f.account(0, agent.ID, "--dry-run"); strings.Contains(said, "only this account holds it") || !strings.Contains(said, "licence "+number+", which its holder "+l.USCC) {
		f.Error(said)
	}
	f.end(b, s, number)
	if _, ok, err := f.accounts.Person(ctx, agent.ID); err != nil || !ok {
		f.Errorf("a refused try has changed the account: %v", err)
	}
}

// forgetsAccount: what was known of the agent is gone from every table.
func (f *forgetter) forgetsAccount(c *cast, agent, rep account.Person, uscc string) {
	ctx := f.Context()
	c.passkey(agent.ID)
	f.must(f.accounts.Send(ctx, agent.Mobile, "password"))
	b := f.as("person", agent.ID)
	f.has(b.get("/organisation/"+uscc), http.StatusOK)
	index := f.vault.Index("mobile", agent.Mobile)
	known := func() (tables []string) {
		t := &traces{forgetter: f}
		t.eachCell(func(table, column, value string, row map[string]string) {
			for _, marker := range []string{index, agent.Mobile, agent.IDNumber, f.vault.Index("identity", agent.Mobile+"/"+agent.IDType+"/"+agent.IDNumber)} {
				if strings.Contains(value, marker) && !slices.Contains(tables, table) {
					tables = append(tables, table)
				}
			}
		})
		slices.Sort(tables)
		return tables
	}
	if before := known(); !slices.Contains(before, "account_person") || !slices.Contains(before, "account_code") || !slices.Contains(before, "account_code_sent") {
		f.Fatalf("only %v know the number", before)
	}
	said := strings.Join(strings.Fields(f.account(0, agent.Mobile, "--dry-run")), " ")
	for _, text := range []string{"goes 1 account: name", "goes 1 passkeys", "mandates as an agent, which end", "stays 1 mandates", "cases, which have rules of their own"} {
		if !strings.Contains(said, text) {
			f.Errorf("the look does not tell %q:\n%s", text, said)
		}
	}
	if _, ok, err := f.accounts.Person(ctx, agent.ID); err != nil || !ok {
		f.Fatalf("a look has changed the account: %v", err)
	}
	if said := f.account(0, agent.Mobile, decided...); !strings.Contains(said, "is forgotten, by zhouwei") {
		f.Error(said)
	}
	// What cases know, and messages about them, goes with the cases.
	for _, table := range known() {
		if !slices.Contains([]string{"cases", "message", "message_share"}, table) {
			f.Errorf("%s still knows the number or the document", table)
		}
	}
	t := &traces{forgetter: f}
	told := false
	t.eachCell(func(table, column, value string, row map[string]string) {
		switch {
		case table == "account_person" && row["id"] == agent.ID && slices.Contains([]string{"mobile", "sealed", "password"}, column) && value != "":
			f.Errorf("account_person.%s still holds %q", column, value)
		case slices.Contains([]string{"account_passkey", "account_session"}, table) && row["person"] == agent.ID:
			f.Errorf("%s still has a row of the account", table)
		case table == "account_event" && column == "act" && value == "forgotten" && row["person"] == agent.ID:
			told = row["actor"] == "staff:zhouwei" && row["note"] == "本人要求"
		}
	})
	if !told {
		f.Error("it is not on record who has forgotten the account, and why")
	}
	f.account(1, agent.Mobile, decided...)
	f.account(1, agent.ID, decided...)
	mandates, err := f.accounts.MandatesOf(ctx, uscc)
	f.must(err)
	for _, m := range mandates {
		if m.Role == account.Agent && (m.Name != "" || m.Revoked.IsZero()) {
			f.Errorf("%+v", m)
		}
	}
	f.has(f.as("person", rep.ID).get("/organisation/"+uscc), http.StatusOK, "资料已按规定删除的代理人")
	if got := b.get("/organisation/" + uscc); got.status == http.StatusOK {
		f.Error("the agent is still logged in")
	}
	if _, _, err := f.door.Get(ctx, c.id); err != nil {
		f.Errorf("the case went with the account: %v", err)
	}
}

// A representative whom the entity base does not name any more
// can be forgotten while the unit lives, and not by an older base; who has come in
// their place takes the account over, and what agents were let do ends.
func TestForgetWhoHasLeft(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { forgettingWhoHasLeft(t, openHouse(t)) })
	t.Run("postgres", func(t *testing.T) { forgettingWhoHasLeft(t, openHouseOn(t, dbtest.PostgresURL(t))) })
}

func forgettingWhoHasLeft(t *testing.T, h *house) {
	f, ctx := &forgetter{house: h}, t.Context()
	uscc := f.unit()["unit"]
	people := map[account.Role]account.Person{}
	mandates, err := f.accounts.MandatesOf(ctx, uscc)
	f.must(err)
	for _, m := range mandates {
		p, _, err := f.accounts.Person(ctx, m.Person)
		f.must(err)
		people[m.Role] = p
	}
	rep := people[account.Owner]
	base := func(rest string) {
		_, err := f.entities.Import(ctx, "base.csv", strings.NewReader("统一社会信用代码,名称,法定代表人,登记状态\n"+uscc+",某某有限公司,"+rest+"\n"), nil)
		f.must(err)
	}
	if said := f.account(1, rep.ID, decided...); !strings.Contains(said, "they represent "+uscc) {
		f.Error(said)
	}
	for _, theirs := range []string{rep.Name, "〓" + string([]rune(rep.Name)[1:])} { // a mark for a character that the base lacks
		base(theirs + ",存续")
		if said := f.account(1, rep.ID, decided...); !strings.Contains(said, "they represent "+uscc) {
			f.Error(said)
		}
	}
	base("欧阳新来,存续")
	if said := f.account(0, rep.ID, "--dry-run"); !strings.Contains(said, "place as representative of "+uscc) {
		f.Error(said)
	}
	if said := f.account(0, rep.ID, decided...); !strings.Contains(said, "is forgotten") {
		f.Error(said)
	}
	o, ok, err := f.accounts.Organisation(ctx, uscc)
	f.must(err)
	if !ok || o.State != "active" {
		f.Errorf("the account went with its owner: %+v", o)
	}
	b := f.browser()
	s := f.state(f.house.draft("legal-person-account", "rep-complete", b.applicant(), casework.Created{Owner: b.session.ID}))
	it, _ := f.items.Get(s.Item)
	s.Values[it.Flow.Subject], s.Unit, s.Number = uscc, o.Unit, "34152331202609040099"
	if found, err := f.accounts.UnitFree(ctx, f.db.Read(), casework.Call{}, s, it); err != nil || found.Level != casework.Fine {
		f.Errorf("the new representative is turned away: %+v, %v", found, err)
	}
}

// forgetsRepresentative: the representative can be forgotten once the entity
// base says that the unit is no more.
func (f *forgetter) forgetsRepresentative(rep account.Person, uscc string) {
	f.account(1, rep.ID, decided...)
	_, err := f.entities.Import(f.Context(), "base.csv", strings.NewReader("统一社会信用代码,名称,法定代表人,登记状态\n"+uscc+",某某有限公司,某某,注销\n"), nil)
	f.must(err)
	f.account(0, rep.ID, decided...)
	b := f.browser()
	s := f.state(f.house.draft("legal-person-account", "rep-complete", b.applicant(), casework.Created{Owner: b.session.ID}))
	it, _ := f.items.Get(s.Item)
	s.Values[it.Flow.Subject] = uscc
	if found, err := f.accounts.UnitFree(f.Context(), f.db.Read(), casework.Call{}, s, it); err != nil || found.Code != account.FoundTaken {
		f.Errorf("the unit is registered again: %+v, %v", found, err)
	}
	f.has(f.as("staff", "chenyan").get("/desk"), http.StatusOK)
}

// forgetsAgain: a restored backup brings an account and a case back, and the
// list takes them away.
func (f *forgetter) forgetsAgain(agent account.Person) {
	ctx := f.Context()
	owner := f.browser()
	id := f.house.draft("food-filing", "food-complete", owner.applicant(), casework.Created{Owner: owner.session.ID})
	plain, err := json.Marshal(map[string]string{"Name": agent.Name, "Mobile": agent.Mobile, "IDType": agent.IDType, "IDNumber": agent.IDNumber})
	f.must(err)
	f.must(f.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE account_person SET sealed = $2, mobile = $3 WHERE id = $1`, agent.ID, f.vault.Seal(plain, "person/"+agent.ID), f.vault.Index("mobile", agent.Mobile))
		return err
	}))
	own, err := os.ReadFile(filepath.Join(f.settings.Data, forgottenFile))
	f.must(err)
	if n := strings.Count(string(own), "\n"); n != 2 || !strings.Contains(string(own), agent.ID) || strings.Contains(string(own), agent.Name) || strings.Contains(string(own), agent.Mobile) {
		f.Errorf("the list is\n%s", own)
	}
	list := filepath.Join(f.TempDir(), "kept-apart.jsonl")
	line := func(id string) string {
		return fmt.Sprintf(`{"at":"2026-01-01T00:00:00Z","kind":"case","id":%q,"by":"zhouwei","reason":"保存期满"}`+"\n", id)
	}
	f.must(os.WriteFile(list, []byte(string(own)+line(id)+"\n"+line("341523-260101-none")+line(id)), 0o600))
	if said := f.command(0, "forget", "again", "--list", list, "--dry-run"); !strings.Contains(said, "4 on the list, 2 to be forgotten again") {
		f.Error(said)
	}
	if said := f.command(0, "forget", "again", "--list", list); !strings.Contains(said, "4 on the list, 2 forgotten again") {
		f.Error(said)
	}
	if _, ok, err := f.accounts.Person(ctx, agent.ID); err != nil || ok {
		f.Errorf("the account is there again: %v", err)
	}
	f.has(owner.get("/cases/"+id), http.StatusNotFound)
	if said := f.command(0, "forget", "again", "--list", list); !strings.Contains(said, "4 on the list, 0 forgotten again") {
		f.Error(said)
	}
	live := f.house.draft("food-filing", "food-complete", owner.applicant(), casework.Created{Owner: owner.session.ID})
	f.do(live, "submit", owner.applicant(), casework.Data{})
	f.must(os.WriteFile(list, []byte(line(live)), 0o600))
	if said := f.command(1, "forget", "again", "--list", list); !strings.Contains(said, "case "+live+": the case is not forgotten: it is under way") {
		f.Error(said)
	}
	f.must(os.WriteFile(list, []byte(line(id)+"{}\n"), 0o600))
	if said := f.command(1, "forget", "again", "--list", list); !strings.Contains(said, "line 2") {
		f.Error(said)
	}
}
