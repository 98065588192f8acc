package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/notify/sms"
	"wangban/internal/vault"
	"wangban/internal/workday"
)

// clock is the installation's, moved by hand.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) set(hour, minute int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = time.Date(2026, 8, 21, hour, minute, 0, 0, workday.Shanghai)
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// carrier is a Sender whose answers the test decides.
type carrier struct {
	mu     sync.Mutex
	taken  []sms.Message
	answer func(m sms.Message, nth int) error // nil: takes everything
	tries  map[string]int
}

func (c *carrier) Send(_ context.Context, m sms.Message) (sms.Receipt, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tries == nil {
		c.tries = map[string]int{}
	}
	c.tries[m.ID]++
	if c.answer != nil {
		if err := c.answer(m, c.tries[m.ID]); err != nil {
			return sms.Receipt{}, err
		}
	}
	c.taken = append(c.taken, m)
	return sms.Receipt{Provider: "test", ProviderID: "p-" + m.ID}, nil
}

type desk struct {
	*Outbox
	*clock
	*carrier
	t testing.TB
}

func (d desk) now() time.Time { return d.clock.now() }

func testVault() *vault.Vault {
	v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize))
	if err != nil {
		panic(err)
	}
	return v
}

// newDesk opens an outbox at ten in the morning. It is not started: tests hand
// over what is due by hand, in order.
func newDesk(t testing.TB, d *db.DB, change func(*Options)) desk {
	t.Helper()
	k := desk{clock: &clock{}, carrier: &carrier{}, t: t}
	k.set(10, 0)
	o := Options{DB: d, Vault: testVault(), Sender: k.carrier, Sign: func() string { return "舒城网办" }, Now: k.now,
		Settings: DefaultSettings(), Logger: slog.New(slog.DiscardHandler)}
	o.Settings.PerSecond = 0
	if change != nil {
		change(&o)
	}
	var err error
	if k.Outbox, err = New(o); err != nil {
		t.Fatal(err)
	}
	return k
}

func both(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	dbtest.Rehearsed(t, []db.Migrations{Migrations}, test)
}

func (d desk) act(caseID string, seq int, messages ...casework.Message) {
	d.t.Helper()
	if err := d.db.Write(context.Background(), func(ctx context.Context, tx db.Tx) error {
		return d.Enqueue(ctx, tx, caseID, seq, messages)
	}); err != nil {
		d.t.Fatal(err)
	}
}

func (d desk) code(to, text string) {
	d.t.Helper()
	if err := d.db.Write(context.Background(), func(ctx context.Context, tx db.Tx) error {
		_, err := d.SendCode(ctx, tx, Code{To: to, Template: "code", Text: text})
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
}

// work hands over what is due, codes first, one by one.
func (d desk) work() {
	d.t.Helper()
	for _, k := range []kind{code, notice} {
		for {
			taken, found, err := d.claim(context.Background(), k, 1)
			if err != nil {
				d.t.Fatal(err)
			}
			for _, r := range taken {
				if err := d.deliver(context.Background(), r); err != nil {
					d.t.Fatal(err)
				}
			}
			if found == 0 {
				break
			}
		}
	}
}

// pass lets time pass and does what is due then.
func (d desk) pass(by time.Duration) {
	d.t.Helper()
	d.advance(by)
	if err := d.Tidy(context.Background()); err != nil {
		d.t.Fatal(err)
	}
	d.work()
}

func (d desk) of(caseID string) []Message {
	d.t.Helper()
	list, err := d.Of(context.Background(), caseID)
	if err != nil {
		d.t.Fatal(err)
	}
	return list
}

func (d desk) want(caseID string, states ...State) {
	d.t.Helper()
	list := d.of(caseID)
	if len(list) != len(states) {
		d.t.Fatalf("%d messages, want %d", len(list), len(states))
	}
	for i, m := range list {
		if m.State != states[i] {
			text, args := m.Words()
			d.t.Errorf("message %d is %s (%s), want %s", i, m.State, fmt.Sprintf(text, args...), states[i])
		}
	}
}

func words(m Message) string {
	text, args := m.Words()
	return fmt.Sprintf(text, args...)
}

const number = "13855640001"

func signRequest(to string) casework.Message {
	return casework.Message{Template: "sign-request", Party: "rep", To: to, Params: map[string]string{"unit": "舒城县某某食品经营部"},
		Text: "王*申请为舒城县某某食品经营部注册法人账号，您可于8月23日16:00前签署授权委托书。"}
}

//
func TestMessageExistsExactlyWhenItsActDoes(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d, nil)
		ctx := context.Background()
		turnedDown := errors.New("turned down")
		err := d.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			if err := k.Enqueue(ctx, tx, "c1", 2, []casework.Message{signRequest(number)}); err != nil {
				return err
			}
			return turnedDown
		})
		if !errors.Is(err, turnedDown) {
			t.Fatal(err)
		}
		k.want("c1")
		k.act("c1", 3, signRequest(number), casework.Message{Template: "received", Party: "agent", To: "13855640002", Text: "已收到。"})
		k.work()
		k.want("c1", Sent, Sent)
		if m := k.taken[0]; m.To != number || m.Sign != "舒城网办" || m.Text[:len("【舒城网办】")] != "【舒城网办】" || m.Params["unit"] == "" || len(m.ID) > 64 {
			t.Errorf("the carrier got %+v", m)
		}
		if m := k.of("c1")[0]; m.To != "138****0001" || m.Segments != 1 || m.Seq != 3 || !m.Sent.Equal(k.now()) {
			t.Errorf("shown as %+v", m)
		}
	})
}

// covers: C-44
func TestSameActEnqueuesOnce(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d, nil)
		k.act("c1", 2, signRequest(number))
		err := d.Write(context.Background(), func(ctx context.Context, tx db.Tx) error {
			return k.Enqueue(ctx, tx, "c1", 2, []casework.Message{signRequest(number)})
		})
		if !db.Unique(err) {
			t.Errorf("the second time: %v", err)
		}
		k.work()
		k.work()
		if len(k.taken) != 1 {
			t.Errorf("%d messages went out", len(k.taken))
		}
	})
}

func TestNumbersAndTextsAreSealed(t *testing.T) {
	d := dbtest.SQLite(t, Migrations)
	k := newDesk(t, d, nil)
	k.act("c1", 2, signRequest(number))
	k.code(number, "您的验证码为482913")
	var all string
	rows, err := d.Read().Query(`SELECT json_array(id, case_id, party, template, number_index, hex(sealed)) FROM message`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		all += s
	}
	for _, secret := range []string{number, "482913", "食品经营部", fmt.Sprintf("%X", number), fmt.Sprintf("%X", "482913")} {
		if bytes.Contains([]byte(all), []byte(secret)) {
			t.Errorf("%q stands in clear", secret)
		}
	}
}

func TestNightIsQuiet(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d, nil)
		k.set(20, 59)
		k.act("c1", 2, signRequest(number)) // queued in the evening, looked at late
		k.set(21, 0)
		k.work()
		k.act("c1", 3, signRequest(number)) // enqueued at night
		result := signRequest(number)
		result.Night = true
		k.act("c1", 4, result)
		k.code(number, "您的验证码为482913")
		k.work()
		k.want("c1", Held, Held, Sent)
		if len(k.taken) != 2 {
			t.Errorf("%d messages went out at night, want the result and the code", len(k.taken))
		}
		if got := words(k.of("c1")[1]); got != "夜间不发短信，将在8月22日08:00发出" {
			t.Error(got)
		}
		k.pass(11*time.Hour - time.Second)
		k.want("c1", Held, Held, Sent)
		k.pass(time.Second)
		k.want("c1", Sent, Sent, Sent)
	})
}

func TestQuietHours(t *testing.T) {
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, 8, day, hour, minute, 0, 0, workday.Shanghai)
	}
	night, noon, none := DefaultSettings(), DefaultSettings(), DefaultSettings()
	noon.QuietFrom, noon.QuietUntil = 12, 14
	none.QuietFrom, none.QuietUntil = 0, 0
	for _, c := range []struct {
		s     Settings
		now   time.Time
		quiet bool
		until time.Time
	}{
		{night, at(21, 20, 59), false, time.Time{}},
		{night, at(21, 21, 0), true, at(22, 8, 0)},
		{night, at(21, 23, 59), true, at(22, 8, 0)},
		{night, at(22, 0, 0), true, at(22, 8, 0)},
		{night, at(22, 7, 59), true, at(22, 8, 0)},
		{night, at(22, 8, 0), false, time.Time{}},
		{night, at(22, 7, 59).UTC(), true, at(22, 8, 0)},
		{noon, at(21, 11, 59), false, time.Time{}},
		{noon, at(21, 12, 0), true, at(21, 14, 0)},
		{noon, at(21, 14, 0), false, time.Time{}},
		{none, at(21, 0, 0), false, time.Time{}},
		{none, at(21, 23, 0), false, time.Time{}},
	} {
		until, quiet := c.s.quiet(c.now)
		if quiet != c.quiet || quiet && !until.Equal(c.until) {
			t.Errorf("%v, quiet %d–%d: %v until %v", c.now, c.s.QuietFrom, c.s.QuietUntil, quiet, until)
		}
	}
}

// covers: T13
func TestNumberHasItsShareOfTheDay(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d, func(o *Options) {
			o.Settings.PerNumber = 4
		})
		request := signRequest(number)
		request.PerDay = 2
		for i := range 3 { // over several cases
			k.act(fmt.Sprint("c", i), 2, request)
			k.advance(time.Minute)
		}
		k.work()
		k.want("c1", Sent)
		k.want("c2", Held)
		if got := words(k.of("c2")[0]); got != "今天发给这个号码的短信已到上限，将在8月22日08:00发出" {
			t.Error(got)
		}
		other := casework.Message{Template: "received", To: number, Text: "已收到。"}
		k.act("c3", 2, other, other, other)
		k.code(number, "您的验证码为482913")
		k.act("c4", 2, signRequest("13855640009"))
		k.work()
		k.want("c3", Sent, Sent, Held)
		k.want("c4", Sent)
		if n := len(k.taken); n != 6 {
			t.Errorf("%d went out, want 4 notices and a code to the number, one to another", n)
		}
		k.pass(22 * time.Hour)
		k.want("c2", Sent)
		k.want("c3", Sent, Sent, Sent)
	})
}

func TestTroubleIsRetried(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d, nil)
		k.answer = func(_ sms.Message, nth int) error {
			switch nth {
			case 1:
				return &sms.Error{Kind: sms.Temporary, Reason: sms.ReasonAccount, Provider: "test", Code: "isv.OUT_OF_SERVICE"}
			case 2:
				return &sms.Error{Kind: sms.Throttled, Reason: sms.ReasonFrequency, RetryAfter: time.Hour}
			case 3:
				return errors.New("something nobody foresaw")
			}
			return nil
		}
		k.act("c1", 2, signRequest(number))
		k.work()
		k.want("c1", Held)
		if got := words(k.of("c1")[0]); got != "短信还没有发出：短信账户暂不可用（余额、密钥、权限或地址限制），需要管理员处理；短信会保留并自动再发" {
			t.Error(got)
		}
		k.pass(5*time.Second - 1)
		k.want("c1", Held)
		k.pass(1)
		k.pass(time.Hour - 1)
		if n := k.tries[k.of("c1")[0].ID]; n != 2 {
			t.Errorf("tried %d times within an hour, the carrier asked to wait", n)
		}
		k.pass(1)
		k.pass(time.Minute)
		k.want("c1", Sent)
		if m := k.of("c1")[0]; m.Attempts != 4 || len(k.taken) != 1 {
			t.Errorf("%d attempts, %d taken", m.Attempts, len(k.taken))
		}
	})
}

// covers: C-44
func TestMessageThatMayHaveGoneOutWaitsForItsReport(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d, nil)
		k.answer = func(_ sms.Message, nth int) error {
			if nth == 1 {
				return &sms.Error{Kind: sms.Temporary, Reason: sms.ReasonNetwork, MaybeSent: true}
			}
			return nil
		}
		k.act("c1", 2, signRequest(number))
		k.act("c2", 2, signRequest(number))
		k.work()
		if got := words(k.of("c1")[0]); got != "短信可能已经发出，等待回执；8月21日10:05前没有回执会再发一次" {
			t.Error(got)
		}
		if err := k.Report(context.Background(), sms.Report{OutID: k.of("c1")[0].ID, Delivered: true}); err != nil {
			t.Fatal(err)
		}
		k.pass(5 * time.Minute)
		k.want("c1", Delivered)
		k.want("c2", Sent)
		if k.tries[k.of("c1")[0].ID] != 1 {
			t.Error("sent again although the report had come")
		}
	})
}

// covers: C-30
func TestWhatCannotBeSentIsToldAndCanBeSentAgain(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		k := newDesk(t, d, nil)
		broken := true
		k.answer = func(m sms.Message, _ int) error {
			switch {
			case m.To != number:
				return &sms.Error{Kind: sms.Permanent, Reason: sms.ReasonNumber, Code: "isv.MOBILE_NUMBER_ILLEGAL"}
			case broken:
				return &sms.Error{Kind: sms.Temporary, Reason: sms.ReasonNetwork}
			}
			return nil
		}
		k.act("c1", 2, signRequest("+85291234567"))
		k.act("c2", 2, signRequest(number))
		k.code(number, "您的验证码为482913")
		k.work()
		k.want("c1", Failed)
		if got := words(k.of("c1")[0]); got != "短信未送达：这个手机号收不到短信，需要核对号码" {
			t.Error(got)
		}
		for range 200 {
			k.pass(30 * time.Minute)
		}
		k.want("c2", Failed)
		if got := words(k.of("c2")[0]); got != "短信未送达：试了多次没有发出，可以重发，或用其他方式告知" {
			t.Error(got)
		}
		broken = false
		if err := k.Again(ctx, k.of("c2")[0].ID); err != nil {
			t.Fatal(err)
		}
		k.work()
		k.want("c2", Sent)
		k.pass(48 * time.Hour)
		if len(k.taken) != 1 {
			t.Errorf("%d taken: a code must not come when it is no use any more", len(k.taken))
		}
	})
}

func TestReports(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		k := newDesk(t, d, nil)
		report := func(r sms.Report) {
			t.Helper()
			if err := k.Report(ctx, r); err != nil {
				t.Fatal(err)
			}
		}
		k.act("c1", 2, signRequest(number))
		k.work()
		id := k.of("c1")[0].ID
		bad := sms.Report{Provider: "test", ProviderID: "p-" + id, Code: "MOBILE_NOT_ON_SERVICE"} // without our id, as Tencent's
		report(bad)
		report(bad)
		k.want("c1", Failed)
		if got := words(k.of("c1")[0]); got != "短信未送达：号码停机、空号、关机或不在服务区，需要核对号码，或稍后重发" {
			t.Error(got)
		}
		k.advance(time.Minute)
		good := sms.Report{OutID: id, Delivered: true}
		report(good)
		settled := k.of("c1")[0].Settled
		k.advance(time.Minute)
		report(good)
		report(bad)
		k.want("c1", Delivered)
		if m := k.of("c1")[0]; !m.Settled.Equal(settled) || words(m) != "短信已送达" {
			t.Errorf("a report that came twice changed %+v", m)
		}
		if err := k.Report(ctx, sms.Report{Provider: "test", ProviderID: "unknown"}); err == nil {
			t.Error("a report that may be faster than our record has to come again")
		}
		report(sms.Report{OutID: "of another installation", Delivered: true})
	})
}

func TestReportFasterThanOurRecord(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d, nil)
		k.answer = func(m sms.Message, _ int) error {
			return k.Report(context.Background(), sms.Report{OutID: m.ID, Delivered: m.To == number, Code: "MOBILE_IN_BLACK"})
		}
		k.act("c1", 2, signRequest(number), signRequest("13855640002"))
		k.work()
		k.want("c1", Delivered, Failed)
		k.pass(24 * time.Hour)
		k.want("c1", Delivered, Failed)
	})
}

func TestForgetting(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		k := newDesk(t, d, func(o *Options) { o.Demo = true })
		k.act("c1", 2, signRequest(number))
		k.code(number, "您的验证码为482913")
		k.work()
		k.set(23, 0)
		k.act("c1", 3, signRequest(number))
		if err := d.Write(ctx, func(ctx context.Context, tx db.Tx) error { return k.Forget(ctx, tx, "c1") }); err != nil {
			t.Fatal(err)
		}
		k.want("c1", Delivered, Failed)
		for _, m := range k.of("c1") {
			if m.Text != "" || m.To != "" {
				t.Errorf("still there: %+v", m)
			}
		}
		if got := words(k.of("c1")[1]); got != "内容已经按规定删除，没有发出" {
			t.Error(got)
		}
		shown := func() int {
			list, err := k.Phone(ctx, number)
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		if shown() != 1 {
			t.Errorf("the phone shows %d", shown())
		}
		k.pass(25 * time.Hour)
		if shown() != 0 {
			t.Error("the code is kept for longer than it has to")
		}
		if err := k.Again(ctx, k.of("c1")[1].ID); err != nil {
			t.Fatal(err)
		}
		k.want("c1", Delivered, Failed)
	})
}

func TestDemoPhone(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		k := newDesk(t, d, func(o *Options) { o.Demo = true })
		k.act("c1", 2, signRequest(number))
		k.advance(time.Second)
		k.code("13855640002", "您的验证码为482913，5分钟内有效，请勿告知他人。")
		k.work()
		k.want("c1", Delivered)
		phones, err := k.Numbers(ctx)
		if err != nil || len(phones) != 2 || phones[0] != "13855640002" {
			t.Errorf("phones %v %v", phones, err)
		}
		list, err := k.Phone(ctx, "13855640002")
		if err != nil || len(list) != 1 || list[0].Text != "【舒城网办】您的验证码为482913，5分钟内有效，请勿告知他人。" || list[0].Segments != 1 || list[0].Template != "code" {
			t.Errorf("%+v %v", list, err)
		}
		recent, err := k.Recent(ctx, 10)
		if err != nil || len(recent) != 2 || recent[0].Text != "" {
			t.Errorf("the list of messages must not show codes: %+v %v", recent, err)
		}
		counts, err := k.Counts(ctx)
		if err != nil || counts[Delivered] != 2 {
			t.Errorf("%v %v", counts, err)
		}
	})
}

func TestPhoneShowsNothingThatACarrierTook(t *testing.T) {
	d := dbtest.SQLite(t, Migrations)
	k := newDesk(t, d, nil)
	k.act("c1", 2, signRequest(number))
	k.work()
	if list, err := k.Phone(context.Background(), number); err != nil || len(list) != 0 {
		t.Errorf("%v %v", list, err)
	}
	if numbers, err := k.Numbers(context.Background()); err != nil || len(numbers) != 0 {
		t.Errorf("%v %v", numbers, err)
	}
}
