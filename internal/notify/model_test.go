package notify

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/notify/sms"
)

// Whatever carriers answer, whenever processes die and however the clock is
// moved: no message is lost, notices keep the night and the number's share,
// nothing goes out again once the carrier took it, and in the end each message
// is settled.
func TestOutboxModel(t *testing.T) {
	d := dbtest.SQLite(t, Migrations)
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		const share = 3
		k := newDesk(t, d, func(o *Options) { o.Settings.PerNumber = share })
		k.t = t
		k.clock.t = k.clock.t.AddDate(0, 0, run*20) // nobody else's messages are due
		number := func(i int) string { return fmt.Sprintf("139%04d%04d", run, i) }
		kinds := rapid.SampledFrom([]string{"ok", "ok", "later", "wait", "never", "maybe"})
		went := map[string]int{} // handed over, by id
		perDay := map[string]int{}
		k.answer = func(m sms.Message, _ int) error {
			switch kinds.Draw(rt, "answer") {
			case "later":
				return &sms.Error{Kind: sms.Temporary, Reason: sms.ReasonProvider}
			case "wait":
				return &sms.Error{Kind: sms.Throttled, Reason: sms.ReasonQuota, RetryAfter: 90 * time.Minute}
			case "never":
				return &sms.Error{Kind: sms.Permanent, Reason: sms.ReasonNumber}
			case "maybe":
				return &sms.Error{Kind: sms.Temporary, Reason: sms.ReasonNetwork, MaybeSent: true}
			}
			if went[m.ID]++; went[m.ID] > 1 {
				rt.Errorf("%s went out twice", m.ID)
			}
			if _, quiet := k.settings.quiet(k.now()); quiet && m.Template != "code" && m.Template != "night" {
				rt.Errorf("a notice went out at night, at %s", k.now())
			}
			if m.Template != "code" {
				perDay[m.To+date(k.now())]++
			}
			return nil
		}
		made := 0
		rt.Repeat(map[string]func(*rapid.T){
			"act": func(rt *rapid.T) {
				night := rapid.Bool().Draw(rt, "night")
				m := casework.Message{Template: map[bool]string{true: "night", false: "day"}[night], Night: night,
					To: number(rapid.IntRange(0, 1).Draw(rt, "to")), Text: "x"}
				made++
				k.act(fmt.Sprintf("r%d", run), made, m)
			},
			"code": func(rt *rapid.T) { k.code(number(0), "x") },
			"work": func(*rapid.T) { k.work() },
			"die": func(rt *rapid.T) { // takes one message and is gone
				if _, _, err := k.claim(context.Background(), rapid.SampledFrom([]kind{code, notice}).Draw(rt, "lane"), 1); err != nil {
					rt.Fatal(err)
				}
			},
			"time": func(rt *rapid.T) {
				k.pass(time.Duration(rapid.SampledFrom([]int{1, 60, 3600, 6 * 3600, 48 * 3600}).Draw(rt, "seconds")) * time.Second)
			},
			"report": func(rt *rapid.T) {
				list := k.of(fmt.Sprintf("r%d", run))
				if len(list) == 0 {
					return
				}
				m := rapid.SampledFrom(list).Draw(rt, "message")
				if m.Attempts == 0 {
					return
				}
				if err := k.Report(context.Background(), sms.Report{OutID: m.ID, Delivered: rapid.Bool().Draw(rt, "delivered"), Code: "EXPIRED"}); err != nil {
					rt.Fatal(err)
				}
			},
		})
		for range 32 {
			k.pass(6 * time.Hour)
		}
		list := k.of(fmt.Sprintf("r%d", run))
		if len(list) != made {
			rt.Errorf("%d messages are on record, %d acts made one each", len(list), made)
		}
		for _, m := range list {
			if m.State != Sent && m.State != Delivered && m.State != Failed {
				rt.Errorf("after eight days a message is %s", m.State)
			}
			if went[m.ID] > 0 && m.State == Failed && m.reason != reasonReport {
				rt.Errorf("a message that was taken counts as failed: %s", m.reason)
			}
		}
		for day, n := range perDay {
			if n > share {
				rt.Errorf("%s: %d notices on one day", day, n)
			}
		}
	})
}

// BenchmarkEnqueue is what the messages of an act cost it.
func BenchmarkEnqueue(b *testing.B) {
	for _, n := range []int{1, 2} {
		b.Run(fmt.Sprintf("sqlite/%d", n), func(b *testing.B) {
			d := dbtest.SQLite(b, Migrations)
			k := newDesk(b, d, nil)
			messages := make([]casework.Message, n)
			for i := range messages {
				messages[i] = signRequest(number)
			}
			i := 0
			for b.Loop() {
				i++
				if err := d.Write(context.Background(), func(ctx context.Context, tx db.Tx) error {
					return k.Enqueue(ctx, tx, fmt.Sprint("c", i), 1, messages)
				}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
