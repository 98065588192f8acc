package account_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wangban/internal/account"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
)

// Who asks too soon is told to take the last code only where that one would do:
// it was for the same, and is not used.
func TestTooSoonForAnotherCode(t *testing.T) {
	both(t, func(h *house) {
		ask := func(purpose string, still bool) {
			h.Helper()
			var refusal *account.Refusal
			if err := h.Send(h.Context(), repCell, purpose); !errors.As(err, &refusal) || refusal.Pause != still {
				h.Errorf("%s: %+v", purpose, err)
			}
		}
		h.must(h.Send(h.Context(), repCell, "verify:one:mobile"))
		ask("verify:one:mobile", true)
		ask("verify:another:mobile", false)
		h.must(h.Check(h.Context(), repCell, "verify:one:mobile", h.code(repCell)))
		ask("verify:one:mobile", false)
	})
}

// A code is good once, for its purpose, its number, five minutes and five
// tries.
func TestCodes(t *testing.T) { both(t, checkCodes) }

func checkCodes(h *house) {
	const purpose = "result:" + unit
	t := h.T
	for i, c := range []struct {
		name    string
		do      func(h *house, number, code string) error
		refused string
	}{
		{"right", func(h *house, number, code string) error { return h.Check(h.Context(), number, purpose, code) }, ""},
		{"twice", func(h *house, number, code string) error {
			h.must(h.Check(h.Context(), number, purpose, code))
			return h.Check(h.Context(), number, purpose, code)
		}, "已经过期"},
		{"for something else", func(h *house, number, code string) error { return h.Check(h.Context(), number, "password", code) }, "已经过期"},
		{"of another number", func(h *house, number, code string) error { return h.Check(h.Context(), agntCell, purpose, code) }, "已经过期"},
		{"in the last moment", func(h *house, number, code string) error {
			h.wait(5*time.Minute - time.Microsecond)
			return h.Check(h.Context(), number, purpose, code)
		}, ""},
		{"too late", func(h *house, number, code string) error {
			h.wait(5 * time.Minute)
			return h.Check(h.Context(), number, purpose, code)
		}, "已经过期"},
		{"wrong", func(h *house, number, code string) error { return h.Check(h.Context(), number, purpose, wrong(code)) }, "还可以试 4 次"},
		{"right at the fifth try", func(h *house, number, code string) error {
			for range 4 {
				h.refused(h.Check(h.Context(), number, purpose, wrong(code)), "还可以试")
			}
			return h.Check(h.Context(), number, purpose, code)
		}, ""},
		{"right at the sixth try", func(h *house, number, code string) error {
			for range 5 {
				h.refused(h.Check(h.Context(), number, purpose, wrong(code)), "验证码不对")
			}
			return h.Check(h.Context(), number, purpose, code)
		}, "已经过期"},
		{"another one than the newest", func(h *house, number, code string) error {
			h.wait(time.Minute)
			h.must(h.Send(h.Context(), number, purpose))
			return h.Check(h.Context(), number, purpose, wrong(h.code(number)))
		}, "验证码不对"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h.T = t
			number := fmt.Sprintf("139%08d", i)
			h.must(h.Send(t.Context(), number, purpose))
			err := c.do(h, number, h.code(number))
			if c.refused != "" {
				h.refused(err, c.refused)
			} else if err != nil {
				h.Error(err)
			}
		})
	}
}

// A number cannot be pestered: a minute between two codes of one kind, and so
// many of a kind a day.
func TestCodesAreRationed(t *testing.T) {
	both(t, func(h *house) {
		ctx := h.Context()
		h.must(h.Send(ctx, repCell, "a:1"))
		h.wait(500 * time.Millisecond)
		h.refused(h.Send(ctx, repCell, "a:2"), "60 秒后")
		h.must(h.Send(ctx, agntCell, "a:1")) // another number waits for nobody
		h.wait(59 * time.Second)
		h.refused(h.Send(ctx, repCell, "a:1"), "1 秒后")
		h.wait(500 * time.Millisecond)
		for i := range 19 {
			h.must(h.Send(ctx, repCell, fmt.Sprint("a:", i)))
			h.wait(time.Minute)
		}
		h.refused(h.Send(ctx, repCell, "a:1"), "明天再试")
		h.wait(24*time.Hour - 20*time.Minute)
		h.must(h.Send(ctx, repCell, "a:1"))
		if n := len(h.codes[repCell]); n != 21 {
			h.Errorf("%d codes were sent", n)
		}
	})
}

// What anybody can ask for by typing a number takes nothing from what the
// owner of the number signs, logs in and proves the number with.
func TestStrangersUseUpNothing(t *testing.T) {
	both(t, func(h *house) {
		ctx := h.Context()
		for _, purpose := range []string{"result:" + unit, "password"} {
			for {
				if err := h.SendFor(ctx, account.Asker{}, repCell, purpose); err != nil {
					h.refused(err, "明天再试")
					break
				}
				h.wait(time.Minute)
			}
		}
		h.refused(h.AskReset(ctx, account.Asker{Session: "another"}, repCell), "明天再试")
		for _, purpose := range []string{"sign:abc", "login:s", "verify:case:rep.mobile"} {
			h.must(h.Send(ctx, repCell, purpose)) // also without a pause after the stranger's
		}
	})
}

// One browser, and one address, can have codes sent to a few numbers a day,
// to each of them as ever. The answer does not tell which numbers are known.
func TestAskersAreCounted(t *testing.T) {
	both(t, func(h *house) {
		ctx := h.Context()
		number := func(i int) string { return fmt.Sprintf("139%08d", i) }
		by := account.Asker{Session: "s", Address: "198.51.100.7"}
		for i := range account.DefaultLimits.Session {
			h.must(h.SendFor(ctx, by, number(i), "result:"+unit))
			h.must(h.AskReset(ctx, by, number(i)))
		}
		h.refused(h.AskReset(ctx, by, number(99)), "从这里要验证码的号码今天太多了")
		h.wait(time.Minute)
		h.must(h.AskReset(ctx, by, number(0)))
		h.must(h.Send(ctx, number(99), "login:s")) // on record, not typed

		for i := account.DefaultLimits.Session; i < account.DefaultLimits.Address; i++ {
			h.must(h.AskReset(ctx, account.Asker{Session: fmt.Sprint("fresh", i), Address: by.Address}, number(i)))
		}
		fresh := account.Asker{Session: "freshest", Address: by.Address}
		h.refused(h.AskReset(ctx, fresh, number(99)), "从这里要验证码的号码今天太多了")
		h.must(h.AskReset(ctx, account.Asker{Session: "freshest", Address: "198.51.100.8"}, number(99)))
		h.must(h.AskReset(ctx, account.Asker{}, number(98))) // staff, who help many
		h.wait(24 * time.Hour)
		h.must(h.AskReset(ctx, fresh, number(99)))
	})
}

// Many requests at once bring one code.
func TestCodesAtOnce(t *testing.T) {
	both(t, func(h *house) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		sent := 0
		for range 8 {
			wg.Go(func() {
				err := h.Send(h.Context(), repCell, "a")
				var refusal *account.Refusal
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					sent++
				} else if !errors.As(err, &refusal) {
					h.Error(err)
				}
			})
		}
		wg.Wait()
		if sent != 1 {
			h.Errorf("%d codes were sent", sent)
		}
	})
}

// A code that could not be handed over was not sent: it can be asked for
// again at once.
func TestCodeThatCannotBeSent(t *testing.T) {
	both(t, func(h *house) {
		h.cut = true
		if err := h.Send(h.Context(), repCell, "a"); err == nil {
			h.Error("the code counts as sent")
		}
		h.cut = false
		h.must(h.Send(h.Context(), repCell, "a"))
	})
}

// Codes against a model, with limits drawn at random.
func TestCodeModel(t *testing.T) {
	dbtest.Both(t, []db.Migrations{account.Migrations}, func(t *testing.T, d *db.DB) {
		run := 0
		rapid.Check(t, func(rt *rapid.T) {
			run++
			limits := account.DefaultLimits
			limits.CodeTries = rapid.IntRange(1, 4).Draw(rt, "tries")
			limits.CodesPerDay = rapid.IntRange(1, 4).Draw(rt, "a day")
			h := open(t, d, limits)
			number := fmt.Sprintf("139%08d", run)
			type live struct {
				code  string
				sent  time.Time
				tries int
			}
			codes := map[string]*live{}
			var sent []time.Time
			for range rapid.IntRange(1, 12).Draw(rt, "steps") {
				purpose := rapid.SampledFrom([]string{"a", "a:b"}).Draw(rt, "purpose")
				h.wait(rapid.SampledFrom([]time.Duration{0, 59 * time.Second, time.Minute, 5 * time.Minute, 24 * time.Hour}).Draw(rt, "wait"))
				now := h.clock()
				if rapid.Bool().Draw(rt, "send") {
					today := 0
					for _, at := range sent {
						if now.Sub(at) < 24*time.Hour {
							today++
						}
					}
					may := today < limits.CodesPerDay && (len(sent) == 0 || now.Sub(sent[len(sent)-1]) >= limits.CodePause)
					err := h.Send(h.Context(), number, purpose)
					if may != (err == nil) {
						rt.Fatalf("sent: %v, the model says %v", err, may)
					}
					if may {
						sent = append(sent, now)
						codes[purpose] = &live{code: h.code(number), sent: now}
					}
					continue
				}
				l := codes[purpose]
				typed := "------"
				if l != nil && rapid.Bool().Draw(rt, "right") {
					typed = l.code
				}
				may := l != nil && typed == l.code && now.Sub(l.sent) < limits.CodeLife && l.tries < limits.CodeTries
				if err := h.Check(h.Context(), number, purpose, typed); may != (err == nil) {
					rt.Fatalf("taken: %v, the model says %v", err, may)
				}
				if l != nil {
					l.tries++
					if may {
						delete(codes, purpose)
					}
				}
			}
		})
	})
}
