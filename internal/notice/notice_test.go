package notice_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/english"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/notice"
)

// Nobody reads SMS in English.
func TestNothingElseIsChinese(t *testing.T) {
	english.Complete(t, nil, append(slices.Collect(maps.Values(notice.Templates())), "1月2日15:04")...)
}

var friday = time.Date(2020, 9, 4, 9, 0, 0, 0, form.Shanghai)

// house is the room with an administration around it.
type house struct {
	*notice.Room
	*testing.T
	now   time.Time
	staff map[string][]notice.Colleague // by unit
	whom  notice.Whom
	sent  []casework.Message
	n     int
}

func open(t *testing.T, d *db.DB) *house {
	h := &house{T: t, now: friday, whom: notice.Everybody, staff: map[string][]notice.Colleague{
		"hangbu":  {{ID: "hans", Mobile: "13900000001"}, {ID: "hana", Mobile: "13900000002", Leads: true}},
		"testing": {{ID: "tom", Mobile: "13900000003"}, {ID: "tim"}},
	}}
	h.Room = notice.New(notice.Options{DB: d, Now: func() time.Time { return h.now }, Apart: 30 * time.Minute, PerDay: 20,
		Of: func(_ context.Context, unit string) ([]notice.Colleague, error) { return h.staff[unit], nil },
		Who: func(_ context.Context, id string) (notice.Colleague, bool, error) {
			for _, unit := range h.staff {
				if i := slices.IndexFunc(unit, func(c notice.Colleague) bool { return c.ID == id }); i >= 0 {
					return unit[i], true, nil
				}
			}
			return notice.Colleague{}, false, nil
		},
		Whom: func(string) notice.Whom { return h.whom },
		Send: func(_ context.Context, _ db.Tx, id string, _ int, m []casework.Message) error {
			if strings.HasPrefix(id, "absence/") {
				h.sent = append(h.sent, m...)
			}
			return nil
		}})
	return h
}

var licence = &item.Item{Name: "licence", Guide: item.Guide{Title: "食品经营许可"}}

// asks is an act in which hangbu, or another unit, is asked.
func (h *house) asks(unit string) []casework.Message {
	h.Helper()
	return h.act(casework.EventData{Consults: []casework.Consult{{N: 1, Unit: unit, Question: "张三的店可以开吗？", At: h.now, Due: time.Date(2020, 9, 8, 17, 30, 0, 0, form.Shanghai)}}})
}

// gives is an act in which somebody is given the case.
func (h *house) gives(to string) []casework.Message {
	h.Helper()
	return h.act(casework.EventData{Holder: &casework.Officer{ID: to}})
}

func (h *house) act(data casework.EventData) []casework.Message {
	h.Helper()
	h.n++
	before := casework.State{ID: fmt.Sprint("case", h.n), Number: fmt.Sprintf("34152300000%d", h.n), Version: 3, Stage: "review", Values: form.Values{"unit.name": "老街便利店"}}
	e := casework.Event{Case: before.ID, Seq: 4, Act: "act", Actor: casework.Actor{Kind: casework.Staff, ID: "ann"}, At: h.now, From: "review", To: "review", Data: data}
	messages, keep, err := h.Inform(h.Context(), licence, before, casework.Apply(before, e), e)
	if err != nil {
		h.Fatal(err)
	}
	if keep != nil {
		if err := h.DB.Write(h.Context(), keep); err != nil {
			h.Fatal(err)
		}
	}
	return messages
}

func to(messages []casework.Message) string {
	var all []string
	for _, m := range messages {
		all = append(all, strings.TrimPrefix(m.Party, "staff/"))
	}
	return strings.Join(all, " ")
}

func (h *house) told(who string) (kinds []string) {
	h.Helper()
	page, _, err := h.Page(h.Context(), who, "")
	if err != nil {
		h.Fatal(err)
	}
	for _, n := range page {
		kinds = append(kinds, string(n.Kind))
	}
	return kinds
}

func both(t *testing.T, test func(h *house)) {
	dbtest.Both(t, []db.Migrations{notice.Migrations}, func(t *testing.T, d *db.DB) { test(open(t, d)) })
}

// All who work in a unit are told on the workbench. Who of them gets an SMS is
// the unit's choice, and theirs before it.
func TestWhoIsTold(t *testing.T) {
	both(t, func(h *house) {
		for _, c := range []struct {
			unit     string
			whom     notice.Whom
			choice   map[string]notice.Choice
			wantSent string
		}{
			{"hangbu", notice.Everybody, nil, "hans hana"},
			{"hangbu", notice.Leaders, nil, "hana"},
			{"testing", notice.Leaders, nil, "tom"}, // nobody leads; tim has no number
			{"hangbu", notice.Nobody, nil, ""},
			{"hangbu", notice.Nobody, map[string]notice.Choice{"hans": {notice.Asked: notice.Yes}}, "hans"},
			{"hangbu", notice.Everybody, map[string]notice.Choice{"hans": {notice.Asked: notice.No}, "hana": {notice.Given: notice.No, notice.Reminded: notice.No}}, "hana"},
			{"nowhere", notice.Everybody, nil, ""},
		} {
			h.now = h.now.Add(24 * time.Hour)
			h.whom = c.whom
			for _, who := range []string{"hans", "hana", "tom"} {
				if err := h.Choose(h.Context(), who, c.choice[who]); err != nil {
					t.Fatal(err)
				}
			}
			if got := to(h.asks(c.unit)); got != c.wantSent {
				h.Errorf("%s, %s, %v: an SMS to %q, not %q", c.unit, c.whom, c.choice, got, c.wantSent)
			}
		}
		if hans, tim := h.told("hans"), h.told("tim"); len(hans) != 5 || len(tim) != 1 {
			h.Errorf("on the workbench hans has %v, tim %v", hans, tim)
		}
		if err := h.Choose(h.Context(), "hans", notice.Choice{notice.Moved: "perhaps", notice.Given: notice.No, "odd": notice.Yes}); err != nil {
			h.Fatal(err)
		}
		if c, err := h.Choice(h.Context(), "hans"); err != nil || !maps.Equal(c, notice.Choice{notice.Given: notice.No}) {
			h.Errorf("chosen is %+v, %v", c, err)
		}
	})
}

// An SMS names the case and the item, until when, and nothing about people.
func TestNothingPersonalIsSent(t *testing.T) {
	both(t, func(h *house) {
		m := h.asks("hangbu")[0]
		if m.Text != "办件341523000001（食品经营许可）征求你单位的意见，请在9月8日17:30前登录工作台答复。" || m.Template != "staff_asked" || m.Night || m.PerDay != 20 || m.To != "13900000001" ||
			len(m.Params) != 3 {
			h.Errorf("%+v", m)
		}
		if m := h.gives("hans"); to(m) != "hans" || strings.Contains(m[0].Text, "老街") || strings.Contains(m[0].Text, "${") {
			h.Errorf("%+v", m)
		}
	})
}

// Many of a kind at once are one SMS; they are all on the workbench. Another
// kind, another person and another hour are told.
func TestOneSMSForMany(t *testing.T) {
	both(t, func(h *house) {
		sent := ""
		for range 5 {
			sent += to(h.gives("hans")) + ";"
		}
		sent += to(h.gives("tom")) + ";" + to(h.asks("hangbu")) + ";"
		h.now = h.now.Add(29 * time.Minute)
		sent += to(h.gives("hans")) + ";"
		h.now = h.now.Add(time.Minute)
		sent += to(h.gives("hans"))
		if sent != "hans;;;;;tom;hans hana;;hans" {
			h.Errorf("sent to %q", sent)
		}
		if kinds := h.told("hans"); len(kinds) != 8 {
			h.Errorf("on the workbench are %v", kinds)
		}
	})
}

// Whoever acts is not told of it, and nobody twice of one act.
func TestNotOfOnesOwnAct(t *testing.T) {
	both(t, func(h *house) {
		h.staff["hangbu"] = append(h.staff["hangbu"], notice.Colleague{ID: "ann", Mobile: "13900000009"})
		if got := to(h.asks("hangbu")); got != "hans hana" {
			h.Errorf("sent to %q", got)
		}
		if kinds := h.told("ann"); len(kinds) > 0 {
			h.Errorf("ann is told %v of her own act", kinds)
		}
		data := casework.EventData{Visit: &casework.Visit{N: 1, At: h.now.Add(48 * time.Hour), Officers: []casework.Officer{{ID: "ann"}, {ID: "tom"}, {ID: "tom"}}}}
		if got := to(h.act(data)); got != "tom" {
			h.Errorf("of a visit %q is told", got)
		}
	})
}

// Who is away is told on the workbench only; who stands in gets the SMS, by the
// choice of the unit, or of their own.
func TestSubstitutes(t *testing.T) {
	both(t, func(h *house) {
		h.staff["hangbu"][0].Substitute = "tom"
		if m := h.gives("hans"); to(m) != "tom" || m[0].Template != "staff_given_away" {
			h.Errorf("given to hans, who is away: %+v", m)
		}
		if got := to(h.asks("hangbu")); got != "hana tom" {
			h.Errorf("asked: %q", got)
		}
		h.now = h.now.Add(time.Hour)
		h.whom = notice.Leaders
		if got := to(h.asks("hangbu")); got != "hana" {
			h.Errorf("only leaders get an SMS, and the substitute of another gets one: %q", got)
		}
		if hans, tom := h.told("hans"), h.told("tom"); len(hans) != 3 || len(tom) != 3 {
			h.Errorf("hans has %v, tom %v", hans, tom)
		}
		page, _, err := h.Page(h.Context(), "tom", "")
		if err != nil || page[0].Away != "hans" {
			h.Errorf("tom is told for %q, %v", page[0].Away, err)
		}
	})
}

// Who is put down as substitute is told, with the days.
func TestStandingInIsTold(t *testing.T) {
	both(t, func(h *house) {
		put := func(id, who string) error {
			return h.DB.Write(h.Context(), func(ctx context.Context, tx db.Tx) error {
				return h.StandIn(ctx, tx, id, "hans", who, h.now, h.now.Add(48*time.Hour))
			})
		}
		if err := errors.Join(put("a1", "tom"), put("a2", "tim"), put("a3", "nobody")); err != nil {
			h.Fatal(err)
		}
		h.sent = slices.CompactFunc(h.sent, func(a, b casework.Message) bool { return a.Text == b.Text && a.To == b.To }) // a write may be tried again
		if to(h.sent) != "tom" || h.sent[0].Text != "你已登记为请假同事的代办人，自9月4日09:00至9月6日09:00，请登录工作台查看。" {
			h.Errorf("sent %+v", h.sent)
		}
		if tom, tim := h.told("tom"), h.told("tim"); !slices.Equal(tom, []string{"substitute"}) || !slices.Equal(tim, tom) {
			h.Errorf("tom has %v, tim %v", tom, tim)
		}
	})
}

// Pages follow each other without a gap; reading is by one's own hand.
func TestPagesAndReading(t *testing.T) {
	both(t, func(h *house) {
		for range notice.PageSize + 3 {
			h.now = h.now.Add(time.Second)
			h.gives("hans")
		}
		var seen []string
		after := ""
		for more := true; more; {
			var page []notice.Notice
			var err error
			if page, more, err = h.Page(h.Context(), "hans", after); err != nil || len(page) == 0 {
				h.Fatal(err)
			}
			for _, n := range page {
				seen = append(seen, n.Number)
			}
			after = page[len(page)-1].ID
		}
		if len(seen) != notice.PageSize+3 || len(slices.Compact(slices.Clone(seen))) != len(seen) {
			h.Errorf("read through %d: %v", len(seen), seen)
		}
		unread := func(want int) {
			h.Helper()
			if n, err := h.Unread(h.Context(), "hans"); err != nil || n != want {
				h.Errorf("%d unread, not %d (%v)", n, want, err)
			}
		}
		unread(notice.PageSize + 3)
		if id, ok, err := h.MarkRead(h.Context(), "hana", after); ok || id != "" || err != nil {
			h.Errorf("somebody else's is read: %q %v %v", id, ok, err)
		}
		unread(notice.PageSize + 3)
		for range 2 {
			if id, ok, err := h.MarkRead(h.Context(), "hans", after); !ok || id != "case1" || err != nil {
				h.Errorf("read %q %v %v", id, ok, err)
			}
			unread(notice.PageSize + 2)
		}
		if _, ok, err := h.MarkRead(h.Context(), "hans", ""); !ok || err != nil {
			h.Errorf("all: %v %v", ok, err)
		}
		unread(0)
	})
}

// What was read ninety days ago goes, at most so; what nobody has read stays,
// and so does what was read since, however old it is.
func TestReadNoticesAreCleared(t *testing.T) {
	both(t, func(h *house) {
		for range 3 {
			h.gives("hans")
			h.now = h.now.Add(24 * time.Hour)
		}
		page, _, err := h.Page(h.Context(), "hans", "")
		if err != nil || len(page) != 3 {
			h.Fatalf("%d notices, %v", len(page), err)
		}
		swept := func(want int) {
			h.Helper()
			if n, err := h.Sweep(h.Context()); err != nil || n != want {
				h.Errorf("%d are cleared away, want %d: %v", n, want, err)
			}
		}
		read := func(id string) {
			if _, ok, err := h.MarkRead(h.Context(), "hans", id); err != nil || !ok {
				h.Fatal(err)
			}
		}
		read(page[0].ID)
		h.now = h.now.Add(90 * 24 * time.Hour)
		read(page[1].ID)
		swept(0)
		h.now = h.now.Add(time.Second)
		swept(1)
		swept(0)
		h.now = h.now.Add(200 * 24 * time.Hour)
		swept(1)
		if left, _, err := h.Page(h.Context(), "hans", ""); err != nil || len(left) != 1 || left[0].ID != page[2].ID {
			h.Errorf("left are %+v, %v", left, err)
		}
		if err := h.DB.Write(h.Context(), func(ctx context.Context, tx db.Tx) error {
			for n := range 520 { // more than one round of the sweep
				if _, err := tx.ExecContext(ctx, `INSERT INTO notice (id, staff, kind, case_id, number, item, away, at, until, made, seen, texted)
					VALUES ($1, 'hana', 'given', '', '', '', '', 0, 0, $2, $2, 0)`, fmt.Sprint("old", n), db.Micros(h.now)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			h.Fatal(err)
		}
		h.now = h.now.Add(91 * 24 * time.Hour)
		swept(520)
	})
}

// What somebody had chosen for two groups of notices holds for each kind.
func TestChoicesAreCarriedOver(t *testing.T) {
	for _, c := range []struct {
		unit, own string
		want      notice.Choice
	}{
		{"", "", notice.Choice{}},
		{"no", "", notice.Choice{notice.Asked: notice.No, notice.Reminded: notice.No, notice.Recalled: notice.No, notice.Moved: notice.No}},
		{"yes", "no", notice.Choice{notice.Asked: notice.Yes, notice.Reminded: notice.Yes, notice.Recalled: notice.Yes, notice.Moved: notice.Yes,
			notice.Given: notice.No, notice.Visit: notice.No, notice.Substitute: notice.No}},
	} {
		dbtest.Both(t, []db.Migrations{before(t, "202611272330")}, func(t *testing.T, d *db.DB) {
			if err := d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
				_, err := tx.ExecContext(ctx, `INSERT INTO notice_choice (staff, unit, own) VALUES ('hans', $1, $2)`, c.unit, c.own)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if err := d.Migrate(t.Context(), notice.Migrations); err != nil {
				t.Fatal(err)
			}
			if got, err := open(t, d).Choice(t.Context(), "hans"); err != nil || !maps.Equal(got, c.want) {
				t.Errorf("%q and %q become %v, %v", c.unit, c.own, got, err)
			}
		})
	}
}

// before are the room's tables as they were before a migration.
func before(t *testing.T, version string) db.Migrations {
	t.Helper()
	names, err := fs.Glob(notice.Migrations.Files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	old := fstest.MapFS{}
	for _, name := range names {
		if text, err := fs.ReadFile(notice.Migrations.Files, name); err != nil {
			t.Fatal(err)
		} else if name < version {
			old[name] = &fstest.MapFile{Data: text}
		}
	}
	return db.Migrations{Room: notice.Migrations.Room, Files: old}
}
