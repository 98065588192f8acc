package licence_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"wangban/county"
	"wangban/internal/casework"
	"wangban/internal/cn"
	shucheng "wangban/internal/county"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/licence"
	"wangban/internal/registry"
	"wangban/internal/vault"
	"wangban/internal/workday"
)

// counter is the whole way of a case through the one door, with the real
// entity base and the real licences.
type counter struct {
	*testing.T
	*office
	door     *casework.Door
	entities *registry.Room
	told     []casework.Message
	at       time.Time
	fails    map[string]bool // cases whose act fails after the number was taken
	seen     func()          // called when a licence was looked at before the transaction of an act
}

var (
	applicant = casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}
	reviewer  = casework.Actor{Kind: casework.Staff, ID: "r", Name: "r", Unit: "approval", Roles: []string{"reviewer"}, Units: []string{"*"}, Session: "r"}
)

// farCalendar knows the years in which licences end that are issued today:
// limits are never counted through a year without a calendar.
func farCalendar(t *testing.T) *workday.Calendar {
	t.Helper()
	var years []string
	for y := 2026; y < 2040; y++ {
		years = append(years, fmt.Sprintf(`"%d": {"status": "official"}`, y))
	}
	c, err := workday.Read(strings.NewReader(`{"years": {` + strings.Join(years, ", ") + `}}`))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func openCounter(t *testing.T, d *db.DB) *counter { return openCounterWith(t, open(t, d)) }

func openCounterWith(t *testing.T, o *office) *counter {
	c, d := &counter{T: t, office: o}, o.db
	c.at = friday
	v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize))
	c.must(err)
	place, err := shucheng.Read(county.Shucheng)
	c.must(err)
	now := func() time.Time { return c.at }
	c.entities = registry.New(registry.Options{DB: d, Vault: v, Now: now, Towns: func() map[string]string { return nil }})
	nothing := func(context.Context, db.Tx, casework.Call, casework.State, casework.State, casework.Event) (map[string]string, error) {
		return nil, nil
	}
	c.door, err = casework.New(t.Context(), casework.Options{
		DB: d, Vault: v, Items: c.Items, Now: now,
		House:   func() casework.House { return place.House("https://wb.example.cn", farCalendar(t)) },
		Effects: map[string]casework.Effect{"licence.issue": c.issueOrFail, "licence.change": c.Change, "licence.renew": c.Renew, "licence.cancel": c.Cancel, "account.open": nothing, "signing.invite": nothing, "signing.revoke": nothing},
		Checks:  map[string]casework.Check{registry.CheckUnit: c.entities.Check, licence.NameHeld: c.heldAndSeen},
		Again:   []string{licence.NameHeld},
		Outbox: func(_ context.Context, _ db.Tx, _ string, _ int, m []casework.Message) error {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.told = append(c.told, m...)
			return nil
		},
	})
	c.must(err)
	return c
}

// issueOrFail lets some acts fail when their number has been taken already.
func (c *counter) issueOrFail(ctx context.Context, tx db.Tx, call casework.Call, before, after casework.State, e casework.Event) (map[string]string, error) {
	results, err := c.Issue(ctx, tx, call, before, after, e)
	if err == nil && c.fails[after.ID] {
		return nil, &casework.Refusal{Code: casework.CodeFinding, Text: "no"}
	}
	return results, err
}

func (c *counter) heldAndSeen(ctx context.Context, q casework.Queryer, call casework.Call, s casework.State, it *item.Item) (casework.Finding, error) {
	found, err := c.Held(ctx, q, call, s, it)
	if _, within := q.(db.Tx); !within && c.seen != nil {
		c.seen()
	}
	return found, err
}

func (c *counter) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// status puts the unit of the answers into the base.
func (c *counter) status(word string) {
	c.Helper()
	row := registry.Row{Entity: registry.Entity{USCC: text(c.values, c.it.Flow.Subject), Name: text(c.values, c.it.Flow.Title), Rep: text(c.values, c.it.Flow.Rep)}}
	cells := row.Cells()
	cells[3] = word
	_, err := c.entities.Import(c.Context(), "base.csv", strings.NewReader(strings.Join(registry.Headings(), ",")+"\n"+strings.Join(cells, ",")+"\n"), nil)
	c.must(err)
}

func text(v form.Values, field string) string {
	s, _ := v[field].(string)
	return s
}

func (c *counter) do(id, act string, a casework.Actor, data casework.Data) error {
	_, err := c.door.Do(c.Context(), id, casework.Input{Act: act, Key: act + c.at.Format("20060102"), Actor: a, Data: data})
	return err
}

// begin is a filled-in case with its number proven.
func (c *counter) begin(key string) string {
	c.Helper()
	r, err := c.door.Create(c.Context(), casework.Creation{Item: c.it.Name, Key: key, Actor: applicant,
		Created: casework.Created{Owner: "owner", Channel: "web", Values: c.values}})
	c.must(err)
	proven := map[string]string{}
	for _, p := range c.it.Form.Pages {
		for _, f := range p.Fields {
			if f.Type == form.TypeMobile {
				proven[f.ID] = text(c.values, f.ID)
			}
		}
	}
	c.must(c.do(r.Case, casework.ActVerify, applicant, casework.Data{Verified: proven}))
	return r.Case
}

func (c *counter) judged(id string) casework.Data {
	c.Helper()
	s, it, err := c.door.Get(c.Context(), id)
	c.must(err)
	stage, _ := it.Flow.Stage(s.Stage)
	all := map[string]casework.Judgement{}
	for _, field := range casework.ToJudge(it, stage, s) {
		all[field] = casework.Judgement{Right: true}
	}
	return casework.Data{Judgements: all}
}

// The deciding act brings the licence about, tells its number, and leaves no
// trace when the unit turns out to be deregistered in between.
// covers: C-17
func TestDecidedCaseBringsTheLicence(t *testing.T) {
	dbtest.Rehearsed(t, append([]db.Migrations{casework.Migrations, registry.Migrations}, rooms...), func(t *testing.T, d *db.DB) {
		c := openCounter(t, d)
		id := c.begin("one")
		var refused *casework.Refusal
		c.status("注销")
		if err := c.do(id, "submit", applicant, casework.Data{}); !errors.As(err, &refused) || refused.Finding.Code != registry.FoundCancelled {
			t.Fatal(err)
		}
		c.status("存续")
		c.must(c.do(id, "submit", applicant, casework.Data{}))
		c.must(c.do(id, "claim", reviewer, casework.Data{}))
		c.status("吊销")
		if err := c.do(id, "accept", reviewer, c.judged(id)); !errors.As(err, &refused) || refused.Finding.Code != registry.FoundRevoked {
			t.Fatal(err)
		}
		c.status("存续")
		c.must(c.do(id, "accept", reviewer, c.judged(id)))
		c.must(c.do(id, "accept", reviewer, c.judged(id))) // asked twice with one key

		s, _, err := c.door.Get(t.Context(), id)
		c.must(err)
		number := s.Results["licence"]
		all, err := c.OfCase(t.Context(), id)
		if err != nil || len(all) != 1 || all[0].Number != number || number[9:15] != "000001" {
			t.Fatal(number, all, err)
		}
		if last := c.told[len(c.told)-1]; !strings.Contains(last.Text, number) {
			t.Error("the message does not tell the number:", last.Text)
		}
		if p, err := c.Verify(t.Context(), number, all[0].Code); err != nil || p.Status != licence.Valid {
			t.Error(p, err)
		}
	})
}

// 64 officers issue at the same moment through the one door, and every fourth
// act fails after its number was taken: the numbers run from 1 on without a gap
// and without a double.
func TestManyIssueAtOnce(t *testing.T) {
	dbtest.Rehearsed(t, append([]db.Migrations{casework.Migrations, registry.Migrations}, rooms...), func(t *testing.T, d *db.DB) {
		const many = 64
		c := openCounter(t, d)
		c.fails = map[string]bool{}
		ids, data := make([]string, many), make([]casework.Data, many)
		for i := range ids {
			c.values = maps.Clone(c.values)
			c.values[c.it.Flow.Subject] = cn.MakeUSCC(cn.Enterprise, "341523", 2000+i)
			ids[i] = c.begin(fmt.Sprint("many-", i))
			c.must(c.do(ids[i], "submit", applicant, casework.Data{}))
			c.must(c.do(ids[i], "claim", reviewer, casework.Data{}))
			data[i] = c.judged(ids[i])
			c.fails[ids[i]] = i%4 == 0
		}
		var wg sync.WaitGroup
		start := make(chan struct{})
		errs := make([]error, many)
		for i := range ids {
			wg.Go(func() {
				<-start
				errs[i] = c.do(ids[i], "accept", reviewer, data[i])
			})
		}
		close(start)
		wg.Wait()
		issued := map[string]bool{}
		for i, id := range ids {
			s, _, err := c.door.Get(t.Context(), id)
			c.must(err)
			number := s.Results["licence"]
			var refused *casework.Refusal
			if fails := c.fails[id]; fails != errors.As(errs[i], &refused) || fails != (number == "") || !fails && errs[i] != nil {
				t.Errorf("case %d: %v, number %q", i, errs[i], number)
			}
			if number != "" {
				issued[number[9:15]] = true
			}
		}
		for i := 1; i <= many*3/4; i++ {
			if !issued[fmt.Sprintf("%06d", i)] {
				t.Errorf("there is a gap at %d", i)
			}
		}
		if len(issued) != many*3/4 {
			t.Errorf("%d numbers for %d licences", len(issued), many*3/4)
		}
	})
}
