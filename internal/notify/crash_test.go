package notify

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/notify/sms"
	"wangban/internal/workday"
	"wangban/simulators/signature"
	"wangban/simulators/smsgateway"
)

// process is what a running program holds of the outbox.
type process struct{ *Outbox }

func run(t *testing.T, d *db.DB, sender sms.Sender, now func() time.Time) process {
	t.Helper()
	box, err := New(Options{DB: d, Vault: testVault(), Sender: sender, Sign: func() string { return "舒城网办" }, Now: now, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return process{box}
}

func (p process) work(t *testing.T) {
	t.Helper()
	p.Start()
	t.Cleanup(func() { p.stop(t) })
}

func (p process) stop(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	p.Stop(ctx)
}

func (p process) enqueue(t *testing.T, caseID string, messages ...casework.Message) {
	t.Helper()
	if err := p.db.Write(context.Background(), func(ctx context.Context, tx db.Tx) error {
		return p.Enqueue(ctx, tx, caseID, 1, messages)
	}); err != nil {
		t.Fatal(err)
	}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited in vain until ", what)
		}
	}
}

func (p process) count(t *testing.T, s State) int {
	t.Helper()
	counts, err := p.Counts(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return counts[s]
}

func addresses(t *testing.T) map[string]string {
	return map[string]string{"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "x.db"), "postgres": dbtest.PostgresURL(t)}
}

func openAt(t *testing.T, address string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), address)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(context.Background(), Migrations); err != nil {
		t.Fatal(err)
	}
	return d
}

// The process ends after the act's commit and before anything was sent, and
// again in the middle of sending.
func TestNothingIsLostWhenTheProcessDies(t *testing.T) {
	for engine, address := range addresses(t) {
		t.Run(engine, func(t *testing.T) {
			c := &clock{}
			c.set(10, 0)
			// It dies before sending.
			d := openAt(t, address)
			run(t, d, &carrier{}, c.now).enqueue(t, "c1", signRequest(number))
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			// It dies while sending: taken up, nothing recorded.
			d = openAt(t, address)
			p := run(t, d, &carrier{}, c.now)
			p.enqueue(t, "c2", signRequest(number))
			if taken, _, err := p.claim(context.Background(), notice, 1); len(taken) != 1 || err != nil {
				t.Fatal(taken, err)
			}
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			// The next one sends both.
			d = openAt(t, address)
			defer func() { _ = d.Close() }()
			carrier := &carrier{}
			p = run(t, d, carrier, c.now)
			p.work(t)
			eventually(t, "one is sent", func() bool { return p.count(t, Sent) == 1 })
			c.advance(p.settings.Lost)
			eventually(t, "the other is sent, which counts as lost", func() bool { return p.count(t, Sent) == 2 })
			p.stop(t)
			if len(carrier.taken) != 2 {
				t.Errorf("%d messages went out", len(carrier.taken))
			}
		})
	}
}

// A carrier's client that breaks down takes nothing with it.
func TestPanicOfACarrier(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB) {
		c, taker := &clock{}, &carrier{}
		c.set(10, 0)
		taker.answer = func(_ sms.Message, nth int) error {
			if nth == 1 {
				panic("an answer that nobody foresaw")
			}
			return nil
		}
		p := run(t, d, taker, c.now)
		p.work(t)
		p.enqueue(t, "c1", signRequest(number))
		eventually(t, "it was tried", func() bool { taker.mu.Lock(); defer taker.mu.Unlock(); return len(taker.tries) == 1 })
		c.advance(p.settings.Lost)
		eventually(t, "it is sent", func() bool { return p.count(t, Sent) == 1 })
	})
}

// What cannot be opened is told to the operator and stands before nothing.
func TestUnreadableMessageHoldsUpNothing(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d, nil)
		k.act("c1", 2, signRequest(number))
		k.act("c2", 2, signRequest(number))
		if err := d.Write(context.Background(), func(ctx context.Context, tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE message SET sealed = $1 WHERE case_id = 'c1'`, []byte("of another key, perhaps"))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		k.work()
		k.want("c2", Sent)
		k.pass(k.settings.Lost)
		k.act("c3", 2, signRequest(number))
		k.work()
		k.want("c3", Sent)
	})
}

// A slow carrier has a full lane of notices; a code goes past them.
func TestCodesPassNotices(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB) {
		c := &clock{}
		c.set(10, 0)
		slow := make(chan struct{})
		sender := senderFunc(func(ctx context.Context, m sms.Message) (sms.Receipt, error) {
			if m.Template != "code" {
				select {
				case <-slow:
				case <-ctx.Done():
					return sms.Receipt{}, ctx.Err()
				}
			}
			return sms.Receipt{Provider: "test", ProviderID: m.ID}, nil
		})
		p := run(t, d, sender, c.now)
		for i := range 2 * atOnce {
			p.enqueue(t, fmt.Sprint("c", i), signRequest(fmt.Sprintf("138556400%02d", i)))
		}
		p.work(t)
		counts := func(s State) int { return p.count(t, s) }
		eventually(t, "the lane is full", func() bool { return counts(Sending) == atOnce })
		if err := d.Write(context.Background(), func(ctx context.Context, tx db.Tx) error {
			_, err := p.SendCode(ctx, tx, Code{To: number, Template: "code", Text: "您的验证码为482913"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the code is sent", func() bool { return counts(Sent) == 1 })
		if n := counts(Queued); n != atOnce {
			t.Errorf("%d wait, want %d: no more are taken up than can be sent", n, atOnce)
		}
		close(slow)
		eventually(t, "all are sent", func() bool { return counts(Sent) == 2*atOnce+1 })
	})
}

// What is under way when a process has to stop is broken off and tried again.
func TestStopBreaksOffWhatHangs(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB) {
		c := &clock{}
		c.set(10, 0)
		hangs := senderFunc(func(ctx context.Context, m sms.Message) (sms.Receipt, error) {
			<-ctx.Done()
			return sms.Receipt{}, ctx.Err()
		})
		p := run(t, d, hangs, c.now)
		p.enqueue(t, "c1", signRequest(number))
		p.Start()
		eventually(t, "it is taken up", func() bool { return p.count(t, Sending) == 1 })
		ended, end := context.WithCancel(context.Background())
		end()
		p.Stop(ended)
		if n := p.count(t, Held); n != 1 {
			t.Fatalf("%d messages wait for another try", n)
		}
		p = run(t, d, &carrier{}, c.now)
		p.work(t)
		c.advance(time.Hour)
		eventually(t, "it is sent", func() bool { return p.count(t, Sent) == 1 })
	})
}

type senderFunc func(context.Context, sms.Message) (sms.Receipt, error)

func (f senderFunc) Send(ctx context.Context, m sms.Message) (sms.Receipt, error) { return f(ctx, m) }

func TestTwoProcessesSendEachMessageOnce(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB) {
		c, taker := &clock{}, &carrier{}
		c.set(22, 0)
		one, other := run(t, d, taker, c.now), run(t, d, taker, c.now)
		const n = 40
		for i := range n {
			one.enqueue(t, fmt.Sprint("c", i), signRequest(fmt.Sprintf("138556400%02d", i)))
		}
		one.work(t)
		other.work(t)
		c.set(23, 59)
		c.advance(9 * time.Hour)
		eventually(t, "all are sent", func() bool { return one.count(t, Sent) == n })
		one.stop(t)
		other.stop(t)
		if len(taker.taken) != n {
			t.Errorf("%d messages went out, want %d", len(taker.taken), n)
		}
	})
}

// The whole way: act, job, the carrier's protocol on a socket, its reports.
func TestToTheGatewayAndBack(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB) {
		at := time.Date(2026, 8, 21, 10, 0, 0, 0, workday.Shanghai)
		now := func() time.Time { return at }
		var p process
		mux := http.NewServeMux()
		mux.Handle("POST /hooks/sms/aliyun/{secret}", sms.AliyunReports("5Z7kq", func(ctx context.Context, r sms.Report) error { return p.Report(ctx, r) }))
		hooks := httptest.NewServer(mux)
		defer hooks.Close()
		gateway := smsgateway.New(smsgateway.Settings{
			AliyunKeys:      signature.Keys{"LTAI": "aliyun-secret"},
			AliyunTemplates: map[string]string{"SMS_1": "${unit}已收到。"},
			AliyunReportURL: hooks.URL + "/hooks/sms/aliyun/5Z7kq",
			RetryPause:      time.Millisecond, Now: now,
			Undeliverable: map[string]string{"13855640002": "MOBILE_NOT_ON_SERVICE"},
		})
		server := httptest.NewServer(gateway)
		defer func() { server.Close(); gateway.Close() }()
		sender, err := sms.NewAliyun(sms.AliyunConfig{Endpoint: server.URL, AccessKeyID: "LTAI", AccessKeySecret: "aliyun-secret",
			Templates: map[string]string{"received": "SMS_1"}, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		p = run(t, d, sender, now)
		p.work(t)
		m := casework.Message{Template: "received", To: number, Params: map[string]string{"unit": "舒城县㛃䶮食品经营部"}, Text: "舒城县㛃䶮食品经营部已收到。"}
		away := m
		away.To = "13855640002"
		unknown := m
		unknown.Template = "never registered"
		p.enqueue(t, "c1", m, away, unknown)
		eventually(t, "the reports are in", func() bool { return p.count(t, Delivered) == 1 && p.count(t, Failed) == 2 })
		if got := gateway.Messages(); len(got) != 2 || got[0].Text != "【舒城网办】舒城县㛃䶮食品经营部已收到。" {
			t.Errorf("at the gateway: %+v", got)
		}
		list, err := p.Of(context.Background(), "c1")
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []string{"短信已送达", "短信未送达：号码停机、空号、关机或不在服务区，需要核对号码，或稍后重发",
			"短信未送达：短信模板或签名未配置，或未通过服务方审核，需要管理员核对"} {
			if got := words(list[i]); got != want {
				t.Errorf("message %d: %s", i, got)
			}
		}
	})
}
