package rating_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/english"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/rating"
	"wangban/internal/vault"
	"wangban/internal/workday"
)

func TestEnglishIsComplete(t *testing.T) {
	english.Complete(t, rating.English, append(slices.Collect(maps.Values(rating.Templates())), rating.Tail)...)
	for zh, en := range rating.SchemeEnglish() {
		if zh == "" || en == "" {
			t.Errorf("%q is %q in English", zh, en)
		}
	}
}

var friday = time.Date(2020, 9, 4, 9, 0, 0, 0, form.Shanghai)

var ended = &item.Item{Name: "some", Flow: item.Flow{Stages: []item.Stage{{Name: "review"}, {Name: "granted", End: item.EndSuccess},
	{Name: "denied", End: item.EndFailure}, {Name: "withdrawn", End: item.EndNone}}}}

func state(id, stage string, acted ...string) casework.State {
	s := casework.State{ID: id, Item: "some", Stage: stage, Unit: "chengguan", Number: "3415230001", Acted: map[string]casework.Officer{}}
	for _, officer := range acted {
		s.Acted["act-of-"+officer] = casework.Officer{ID: officer}
	}
	return s
}

type house struct {
	*rating.Room
	now  time.Time
	sent []casework.Message
}

func open(t *testing.T, d *db.DB) *house {
	t.Helper()
	keys, err := vault.Open(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	h := &house{now: friday}
	h.Room = rating.New(rating.Options{DB: d, Vault: keys, Now: func() time.Time { return h.now }, Limits: rating.DefaultLimits,
		Count: func(start time.Time, l item.Limit, pauses []workday.Pause) (workday.Due, error) {
			return workday.Default().Count(start, l, pauses, workday.DefaultOffice)
		},
		Reach: func(_ context.Context, id string) (rating.Rater, error) {
			return rating.Rater{Party: "rep", Mobile: "13800138000", Number: "3415230001"}, nil
		},
		Send: func(_ context.Context, _ db.Tx, _ string, seq int, m []casework.Message) error {
			if seq >= 0 {
				t.Error("a message takes the number of an act")
			}
			h.sent = append(h.sent, m...)
			return nil
		},
		URL: func(name string) string { return "https://wb.example.cn/r/" + name }})
	return h
}

// leads tells whether the address in a message leads to the rating of a case.
func (h *house) leads(t *testing.T, text, caseID string) bool {
	t.Helper()
	_, name, _ := strings.Cut(text, " https://wb.example.cn/r/")
	name, _, _ = strings.Cut(name, " ")
	id, ok, err := h.Linked(t.Context(), name)
	must(t, err)
	return ok && id == caseID && len(name) == 13
}

func refused(t *testing.T, err error, code rating.Code, field string) {
	t.Helper()
	var r *rating.Refusal
	if !errors.As(err, &r) || r.Code != code || r.Field != field {
		t.Errorf("refused with %v, not with %s of %q", err, code, field)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestMoments(t *testing.T) {
	visited := state("1", "review", "a")
	visited.Visits = []casework.Visit{{N: 1, Done: friday}, {N: 2}, {N: 3, Done: friday}}
	for _, c := range []struct {
		s    casework.State
		want string
	}{
		{state("1", "review", "a"), ""}, {state("1", "granted", "a"), "result"}, {state("1", "granted"), "result"},
		{state("1", "denied", "a"), "result"}, {state("1", "denied"), ""}, // lapsed by itself
		{state("1", "withdrawn", "a"), ""}, {visited, "visit-1 visit-3"},
	} {
		if got := strings.Join(rating.Moments(ended, c.s), " "); got != c.want {
			t.Errorf("%s: %q, not %q", c.s.Stage, got, c.want)
		}
	}
}

var (
	leader     = rating.Handler{ID: "li", Roles: []string{rating.Leader}, Units: []string{"chengguan"}}
	elsewhere  = rating.Handler{ID: "wu", Roles: []string{rating.Leader}, Units: []string{"hangbu"}}
	supervisor = rating.Handler{ID: "zhou", Roles: []string{rating.Supervisor}, Units: []string{"*"}}
	reviewer   = rating.Handler{ID: "chen", Roles: []string{"reviewer"}, Units: []string{"*"}}
	dealt      = rating.Handler{ID: "a", Roles: []string{rating.Leader}, Units: []string{"chengguan"}} // has worked on the case
)

func TestRatingAndFollowUp(t *testing.T) {
	dbtest.Both(t, []db.Migrations{rating.Migrations}, func(t *testing.T, d *db.DB) {
		h, ctx := open(t, d), t.Context()
		s := state("c1", "granted", "a")
		give := func(g rating.Given) error { g.Moment = rating.Result; return h.Give(ctx, ended, s, g) }

		refused(t, h.Give(ctx, ended, state("c0", "review", "a"), rating.Given{Moment: rating.Result, Level: 5}), rating.CodeNotYet, "")
		refused(t, h.Give(ctx, ended, s, rating.Given{Moment: "visit-1", Level: 5}), rating.CodeNotYet, "")
		refused(t, give(rating.Given{Level: 6}), rating.CodeIncomplete, "level")
		refused(t, give(rating.Given{Level: 2, Text: " "}), rating.CodeIncomplete, "reason")
		refused(t, give(rating.Given{Level: 5, Reasons: []string{"slow"}}), rating.CodeIncomplete, "reason")
		refused(t, give(rating.Given{Level: 5, Text: strings.Repeat("长", 501)}), rating.CodeIncomplete, "text")
		must(t, give(rating.Given{Level: 5, Reasons: []string{"quick"}}))
		of, err := h.Of(ctx, "c1")
		must(t, err)
		if n := of[rating.Result]; n.State != rating.None || !n.Due.IsZero() || n.Number != s.Number {
			t.Errorf("a good rating is followed up: %+v", n)
		}

		// By mistake: it was meant to be a bad one.
		h.now = friday.Add(time.Hour)
		must(t, give(rating.Given{Level: 1, Reasons: []string{"slow"}, Text: "等了 13800138000 很久"}))
		refused(t, give(rating.Given{Level: 5}), rating.CodeTwice, "")
		of, err = h.Of(ctx, "c1")
		must(t, err)
		n := of[rating.Result]
		if n.State != rating.Open || n.First == nil || n.First.Level != 5 || !n.Corrected.Equal(h.now) {
			t.Errorf("the correction is %+v", n)
		}
		// Friday; one working day is Monday, fifteen the 25th.
		if got := n.CheckDue.In(form.Shanghai).Format("01-02") + " " + n.Due.In(form.Shanghai).Format("01-02"); got != "09-07 09-25" {
			t.Errorf("due on %s", got)
		}
		var clear int
		must(t, d.Read().QueryRowContext(ctx, `SELECT count(*) FROM rating WHERE reasons LIKE '%138%' OR officers LIKE '%138%'`).Scan(&clear))
		if clear > 0 {
			t.Error("what was written is kept in clear")
		}

		// Nobody sees it but those whose it is.
		for _, who := range []rating.Handler{elsewhere, reviewer, dealt} {
			list, err := h.Bad(ctx, who, false)
			must(t, err)
			if len(list) > 0 {
				t.Errorf("%s sees %d", who.ID, len(list))
			}
			_, err = h.Get(ctx, who, n.ID)
			refused(t, err, rating.CodeNotYours, "")
			refused(t, h.Handle(ctx, who, n.ID, rating.Confirm, ""), rating.CodeNotYours, "")
		}
		list, err := h.Bad(ctx, leader, false)
		must(t, err)
		if strings.Contains(n.ID, "c1") {
			t.Errorf("%s tells the leader whose rating it is", n.ID)
		}
		if len(list) != 1 || list[0].ID != n.ID {
			t.Fatalf("the leader sees %v", list)
		}

		refused(t, h.Handle(ctx, leader, n.ID, rating.Settle, "改了"), rating.CodeState, "")
		refused(t, h.Handle(ctx, leader, n.ID, rating.Dispute, " "), rating.CodeIncomplete, "text")
		must(t, h.Handle(ctx, leader, n.ID, rating.Dispute, "当天就办好了"))
		refused(t, h.Handle(ctx, leader, n.ID, rating.Exclude, "恶意"), rating.CodeState, "")
		must(t, h.Handle(ctx, supervisor, n.ID, rating.Uphold, ""))
		refused(t, give(rating.Given{Level: 5}), rating.CodeTwice, "")
		must(t, h.Handle(ctx, leader, n.ID, rating.Settle, "增加了窗口"))
		refused(t, h.Handle(ctx, supervisor, n.ID, rating.Settle, "再来"), rating.CodeState, "")
		if len(h.sent) != 1 || h.sent[0].To != "13800138000" || !h.leads(t, h.sent[0].Text, "c1") {
			t.Errorf("the rater was told %+v", h.sent)
		}
		if over, err := h.Bad(ctx, leader, true); err != nil || len(over) != 1 || over[0].Answer != "增加了窗口" {
			t.Errorf("over: %+v %v", over, err)
		}

		// One that does not count.
		other := state("c2", "denied", "b")
		must(t, h.Give(ctx, ended, other, rating.Given{Moment: rating.Result, Level: 1, Text: "乱写"}))
		given, err := h.Of(ctx, "c2")
		must(t, err)
		id := given[rating.Result].ID
		must(t, h.Handle(ctx, leader, id, rating.Dispute, "恶意"))
		must(t, h.Handle(ctx, supervisor, id, rating.Exclude, "不是办事人写的"))
		if len(h.sent) != 2 {
			t.Errorf("%d were told", len(h.sent))
		}
		for i := range 4 {
			must(t, h.Give(ctx, ended, state("g"+string(rune('a'+i)), "granted", "a"), rating.Given{Moment: rating.Result, Level: 4}))
		}
		f, err := h.Figures(ctx)
		must(t, err)
		if f.All.N != 5 || f.Bad != 1 || f.Answered != 1 || f.All.Satisfied() != 80 || len(f.Items) != 1 || f.Items[0].Name != "some" || f.Units[0].Levels[1] != 1 {
			t.Errorf("figures %+v", f)
		}
	})
}

// What other units have does not stand in the way of one's own, however much it
// is; a reason that comes many times is one reason.
func TestOwnUnitsRatings(t *testing.T) {
	dbtest.Both(t, []db.Migrations{rating.Migrations}, func(t *testing.T, d *db.DB) {
		h, ctx := open(t, d), t.Context()
		must(t, h.Give(ctx, ended, state("c1", "granted", "a"), rating.Given{Moment: rating.Result, Level: 1, Reasons: []string{"slow", "slow", "slow"}}))
		of, err := h.Of(ctx, "c1")
		must(t, err)
		if n := of[rating.Result]; len(n.Reasons) != 1 {
			t.Errorf("%q", n.Reasons)
		}
		must(t, h.Handle(ctx, leader, of[rating.Result].ID, rating.Confirm, ""))
		must(t, h.Handle(ctx, leader, of[rating.Result].ID, rating.Settle, "改了"))
		must(t, d.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			for i := range 1001 { // newer, and not to be read by this leader at all
				if _, err := tx.ExecContext(ctx, `INSERT INTO rating (id, case_id, moment, item, unit, level, reasons, officers, at, corrected, state, check_due, due, near, disputed, ended, sealed)
					VALUES ($1, $1, 'result', 'some', 'hangbu', 1, '', '', 0, 0, 'done', 0, 0, 0, '', $2, $3)`, fmt.Sprint("h", i), db.Micros(friday.AddDate(1, 0, 0)), []byte("sealed")); err != nil {
					return err
				}
			}
			return nil
		}))
		if over, err := h.Bad(ctx, leader, true); err != nil || len(over) != 1 {
			t.Errorf("%d are over, %v", len(over), err)
		}
		if none, err := h.Bad(ctx, rating.Handler{ID: "x", Roles: []string{rating.Leader}}, true); err != nil || len(none) != 0 {
			t.Errorf("a leader of nothing sees %d, %v", len(none), err)
		}
	})
}

// Whoever went along on a visit, or had a part in the case that somebody else
// has done again since, does not see the rating.
func TestAllWhoWorkedOnIt(t *testing.T) {
	h, officer := open(t, dbtest.SQLite(t, rating.Migrations)), func(id string) casework.Officer { return casework.Officer{ID: id} }
	s := state("c1", "granted", "acted")
	holder := officer("holds")
	s.Visits = []casework.Visit{{N: 1, By: officer("booked"), Officers: []casework.Officer{officer("went"), officer("along")}, Done: friday}}
	s.Sheets = map[string]casework.Sheet{"visit": {By: officer("wrote")}}
	s.Consults = []casework.Consult{{By: officer("asked"), Answer: &casework.Opinion{By: officer("answered")}}, {By: officer("asked"), Recalled: &casework.Opinion{}}}
	s.Pauses = []casework.Pause{{By: &holder}, {Stage: "correcting"}}
	s.Extensions = []casework.Extension{{By: officer("prolonged")}}
	s.Holder, s.Helper = &holder, &casework.Officer{ID: "helped"}
	must(t, h.Give(t.Context(), ended, s, rating.Given{Moment: "visit-1", Level: 1, Text: "态度不好"}))
	for _, id := range []string{"acted", "booked", "went", "along", "wrote", "asked", "answered", "holds", "prolonged", "helped"} {
		who := rating.Handler{ID: id, Roles: []string{rating.Leader}, Units: []string{"*"}}
		if list, err := h.Bad(t.Context(), who, false); err != nil || len(list) != 0 {
			t.Errorf("%s sees %d, %v", id, len(list), err)
		}
	}
	if list, err := h.Bad(t.Context(), leader, false); err != nil || len(list) != 1 {
		t.Errorf("the leader sees %d, %v", len(list), err)
	}
}

// A year that the calendar lacks does not keep anybody from speaking.
func TestNoCalendar(t *testing.T) {
	h := open(t, dbtest.SQLite(t, rating.Migrations))
	h.now = time.Date(2045, 1, 5, 9, 0, 0, 0, form.Shanghai)
	must(t, h.Give(t.Context(), ended, state("c1", "granted"), rating.Given{Moment: rating.Result, Level: 1, Text: "不好"}))
	if list, err := h.Bad(t.Context(), leader, false); err != nil || len(list) != 1 || !list[0].Due.IsZero() {
		t.Errorf("%+v %v", list, err)
	}
}

// Many at once rate a moment once.
func TestOnlyOnce(t *testing.T) {
	dbtest.Both(t, []db.Migrations{rating.Migrations}, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		done := make(chan error)
		for range 16 {
			go func() {
				done <- h.Give(t.Context(), ended, state("c1", "granted"), rating.Given{Moment: rating.Result, Level: 4})
			}()
		}
		taken := 0
		for range 16 {
			if err := <-done; err == nil {
				taken++
			} else {
				refused(t, err, rating.CodeTwice, "")
			}
		}
		if taken != 2 { // the rating and its one correction
			t.Errorf("taken %d times", taken)
		}
		if acts := rating.Acts(leader, rating.Rating{State: rating.Done}); slices.Contains(acts, rating.Settle) {
			t.Error("what is done can be done again")
		}
	})
}
