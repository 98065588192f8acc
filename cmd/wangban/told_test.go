package main

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/notify"
	"wangban/internal/rating"
)

// toldOf are the messages of a case by their templates.
func (h *house) toldOf(id string) map[string][]notify.Message {
	h.Helper()
	all, err := h.outbox.Of(h.Context(), id)
	h.must(err)
	of := map[string][]notify.Message{}
	for _, m := range all {
		of[m.Template] = append(of[m.Template], m)
	}
	return of
}

// rateLink is the path by which a message leads to the rating of the case.
func (c *cast) rateLink() string {
	c.Helper()
	for _, all := range c.toldOf(c.id) {
		for _, m := range all {
			if _, link, ok := strings.Cut(m.Text, c.settings.URL+"/r/"); ok {
				name, _, _ := strings.Cut(link, " ")
				return "/r/" + name
			}
		}
	}
	c.Fatal("no message leads to the rating")
	return ""
}

// A unit that is asked hears of it, is told when it is not asked any more, and
// nothing of it tells who has applied, nor is it the applicant's to read.
//
func TestConsultedUnitIsTold(t *testing.T) {
	for name, database := range map[string]func() string{"sqlite": func() string { return "" }, "postgres": func() string { return dbtest.PostgresURL(t) }} {
		t.Run(name, func(t *testing.T) { consultedUnitIsTold(t, openHouseOn(t, database())) })
	}
}

func consultedUnitIsTold(t *testing.T, h *house) {
	c := &cast{house: h, owner: h.browser(), names: map[string]string{}}
	c.id = c.draft("food-licence", "chain", c.owner.applicant(), casework.Created{Owner: c.owner.session.ID})
	c.do(c.id, "submit", c.owner.applicant(), casework.Data{})
	officer := c.officer("chenyan")
	officer.Units = []string{"*"} // wherever the fixture's place is
	c.do(c.id, "accept", officer, c.allRight(c.id))
	number := c.state(c.id).Number
	accepted := h.toldOf(c.id)["accepted"]
	if len(accepted) != 1 || !strings.Contains(accepted[0].Text, "《行政许可申请受理通知书》（舒市监）许受〔") || !strings.Contains(accepted[0].Text, "〕第1号可在网上“我的消息”下载") {
		t.Errorf("the applicant is told %+v", accepted)
	}

	c.do(c.id, "consult", officer, casework.Data{Units: []string{"hangbu", "inspection"}, Text: "那里可以经营吗？"})
	c.do(c.id, "recall", officer, casework.Data{Consult: 2, Text: "不用了"})
	told := h.toldOf(c.id)
	title, _ := c.items.Get("food-licence")
	for template, want := range map[string]int{"staff_asked": 2, "staff_recalled": 1} {
		if len(told[template]) != want {
			t.Errorf("%d messages %s, not %d", len(told[template]), template, want)
		}
		for _, m := range told[template] {
			if !strings.Contains(m.Text, number) || !strings.Contains(m.Text, title.Guide.Title) || strings.Contains(m.Text, "${") {
				t.Errorf("%s says %q", template, m.Text)
			}
			for id, v := range c.state(c.id).Values {
				if text, ok := v.(string); ok && len([]rune(text)) > 2 && strings.Contains(m.Text, text) {
					t.Errorf("%s tells the answer to %s: %q", template, id, m.Text)
				}
			}
		}
	}
	if page := h.as("staff", "zhaohang").get("/desk/notices"); page.status != 200 || !strings.Contains(page.body, number) || !strings.Contains(page.body, "征求你单位的意见") {
		t.Errorf("the colleague of the unit reads (%d) nothing of it", page.status)
	}
	if page := c.owner.get("/my/messages"); !strings.Contains(page.body, "已受理") || strings.Contains(page.body, "征求你单位") {
		t.Error("the applicant reads what is for staff, or not what is for them")
	}
}

// The result's own message says where to rate it, or an invitation does; days later by one reminder,
// and by none where something was said.
//
func TestInvitedToRate(t *testing.T) {
	h := openHouse(t)
	lazy, keen := h.cast("filed"), h.cast("filed")
	for _, c := range []*cast{lazy, keen} {
		asked := 0
		for template, told := range h.toldOf(c.id) {
			for _, m := range told {
				if strings.HasSuffix(template, "rating_ask") && strings.Contains(m.Text, " "+h.settings.URL+c.rateLink()+" ") {
					asked++
				}
			}
		}
		if asked != 1 {
			t.Errorf("asked %d times", asked)
		}
		if to := c.owner.get(c.rateLink()).header.Get("Location"); to != "/my/cases/"+c.id+"/rate" {
			t.Errorf("the link leads to %q", to)
		}
		h.has(h.browser().get(c.rateLink()+"评价"), http.StatusSeeOther)
	}
	if page := lazy.owner.get("/my/messages"); !strings.Contains(page.body, lazy.rateLink()) {
		t.Error("the invitation is not in the account")
	}
	s, it, err := h.door.Get(t.Context(), keen.id)
	h.must(err)
	h.must(h.ratings.Give(t.Context(), it, s, rating.Given{Moment: rating.Result, Level: 5}))
	for range 3 {
		h.must(h.clock.Advance(t.Context(), 8*24*time.Hour))
		h.sweep(t.Context())
	}
	if n := len(h.toldOf(lazy.id)["rating_remind"]); n != 1 {
		t.Errorf("who has not rated is reminded %d times", n)
	}
	if n := len(h.toldOf(keen.id)["rating_remind"]); n != 0 {
		t.Errorf("who has rated is reminded %d times", n)
	}
}

// Messages from before they said in whose account they stand learn it at the
// next start; a case that is taken over takes them along.
func TestMessagesFindTheirAccount(t *testing.T) {
	h := openHouse(t)
	c := h.cast("filed")
	reads := func(b *browser) bool { return strings.Contains(b.get("/my/messages").body, c.rateLink()) }
	if !reads(c.owner) {
		t.Fatal("the applicant reads nothing")
	}
	h.must(h.db.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE message SET owner = NULL`)
		return err
	}))
	if reads(c.owner) {
		t.Error("nobody owns the messages, and they are read")
	}
	for range 2 {
		h.must(h.ownMessages(t.Context()))
	}
	if !reads(c.owner) {
		t.Error("the messages have not found their account")
	}
	s, other := c.state(c.id), h.browser()
	it, _ := h.items.Get(s.Item)
	after := s
	after.Owner = other.session.ID
	_, keep, err := h.handsOver(t.Context(), it, s, after, casework.Event{})
	h.must(err)
	h.must(h.db.Write(t.Context(), keep))
	if reads(c.owner) || !strings.Contains(other.get("/my/messages").body, c.rateLink()) {
		t.Error("the messages have not gone with the case")
	}
}

// Who stands in for somebody is told of it, and of what is given to them.
func TestSubstituteIsTold(t *testing.T) {
	h := openHouse(t)
	staff := h.as("staff", "chenyan")
	day := h.now().In(time.FixedZone("", 8*60*60))
	page := staff.post("/desk/absence", map[string][]string{"key": {"k"}, "who": {"chenyan"}, "substitute": {"sunli"},
		"from": {day.Format(time.DateOnly)}, "until": {day.AddDate(0, 0, 2).Format(time.DateOnly)}})
	if page.status != 303 {
		t.Fatalf("putting down an absence says %d", page.status)
	}
	recent, err := h.outbox.Recent(t.Context(), 5)
	h.must(err)
	if len(recent) != 1 || recent[0].Template != "staff_substitute" || recent[0].To != "139****0004" {
		t.Errorf("sent %+v", recent)
	}
	if page := h.as("staff", "sunli").get("/desk/notices"); !strings.Contains(page.body, "陈䶮请假，由你代办") {
		t.Error("the workbench says nothing of it")
	}
	c := h.cast("filed")
	s := c.state(c.id)
	e := casework.Event{Case: s.ID, Seq: s.Version + 1, Act: "assign", At: h.now(), From: "review", To: "review", Data: casework.EventData{Holder: &casework.Officer{ID: "chenyan"}}}
	it, _ := h.items.Get(s.Item)
	messages, _, err := h.notices.Inform(t.Context(), it, s, casework.Apply(s, e), e)
	h.must(err)
	if len(messages) != 1 || messages[0].Template != "staff_given_away" || messages[0].To != "13900000004" {
		t.Errorf("given to somebody who is away: %+v", messages)
	}
}
