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
	"wangban/internal/jobs"
	"wangban/internal/notify/sms"
	"wangban/internal/workday"
	"wangban/simulators/signature"
	"wangban/simulators/smsgateway"
)

// process is what a running program holds of the outbox.
type process struct {
	*Outbox
	queue *jobs.Queue
}

func run(t *testing.T, d *db.DB, sender sms.Sender, now func() time.Time) process {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	q, err := jobs.Open(d, quiet)
	if err != nil {
		t.Fatal(err)
	}
	box, err := New(Options{DB: d, Vault: testVault(), Jobs: q, Sender: sender, Sign: func() string { return "舒城网办" }, Now: now, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	return process{box, q}
}

func (p process) work(t *testing.T) {
	t.Helper()
	if err := p.queue.Start(context.Background(), p.Register); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.stop(t) })
}

func (p process) stop(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := p.queue.Stop(ctx); err != nil {
		t.Error(err)
	}
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
			// It dies while sending: taken from the queue, nothing recorded.
			d = openAt(t, address)
			p := run(t, d, &carrier{}, c.now)
			p.enqueue(t, "c2", signRequest(number))
			list, err := p.Of(context.Background(), "c2")
			if err != nil || len(list) != 1 {
				t.Fatal(list, err)
			}
			if _, ok, err := p.claim(context.Background(), list[0].ID); !ok || err != nil {
				t.Fatal(ok, err)
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
			eventually(t, "the first is sent", func() bool { return p.count(t, Sent) == 1 })
			c.advance(p.settings.Lost)
			if n, err := p.Sweep(context.Background()); n != 1 || err != nil {
				t.Fatalf("the sweep found %d lost messages: %v", n, err)
			}
			eventually(t, "the second is sent", func() bool { return p.count(t, Sent) == 2 })
			p.stop(t)
			if len(carrier.taken) != 2 {
				t.Errorf("%d messages went out", len(carrier.taken))
			}
		})
	}
}

// Jobs may be lost (another program emptied the queue); rows are not, and what
// they say is sent.
func TestRowWithoutJobIsFound(t *testing.T) {
	both(t, func(t *testing.T, d *db.DB) {
		c, taker := &clock{}, &carrier{}
		c.set(10, 0)
		p := run(t, d, taker, c.now)
		p.enqueue(t, "c1", signRequest(number))
		if err := d.Write(context.Background(), func(ctx context.Context, tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `DELETE FROM river_job`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		p.work(t)
		if n, err := p.Sweep(context.Background()); n != 0 || err != nil {
			t.Fatal(n, err)
		}
		c.advance(p.settings.Lost)
		if n, err := p.Sweep(context.Background()); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		eventually(t, "it is sent", func() bool { return p.count(t, Sent) == 1 })
		if n, err := p.Sweep(context.Background()); n != 0 || err != nil || len(taker.taken) != 1 {
			t.Errorf("%d messages went out; the next sweep found %d, %v", len(taker.taken), n, err)
		}
	})
}

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
		moved := make(chan int, 2)
		for _, p := range []process{one, other} {
			go func() {
				n, err := p.Sweep(context.Background())
				if err != nil {
					t.Error(err)
				}
				moved <- n
			}()
		}
		if m := <-moved + <-moved; m != n {
			t.Errorf("the two released %d messages, want %d", m, n)
		}
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
