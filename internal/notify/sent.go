package notify

import (
	"context"
	_ "embed"
	"time"

	"wangban/internal/cn"
	"wangban/internal/notify/sms"
	"wangban/internal/workday"
)

// English is the room's translation table.
//
//go:embed en.yaml
var English []byte

// State is how far a message came.
type State string

// States. Sent means the carrier took it; Delivered, that it reached the phone.
const (
	Queued    State = "queued"
	Sending   State = "sending"
	Held      State = "held" // waits for the morning, the next day or another try
	Sent      State = "sent"
	Delivered State = "delivered"
	Failed    State = "failed"
)

// States in the order a message passes them.
func States() []State { return []State{Held, Queued, Sending, Sent, Delivered, Failed} }

// Why a message is held.
const (
	holdNight  = "night"
	holdShare  = "share"
	holdRetry  = "retry"
	holdUnsure = "unsure"
)

// Message is one message as staff and applicants may see it.
type Message struct {
	ID, Case string
	Seq      int
	Party    string
	Template string
	To       string // masked
	Text     string // without the signature; "" once forgotten, and of codes
	Segments int
	State    State
	Attempts int
	Created  time.Time
	Sent     time.Time // when the carrier took it
	Settled  time.Time // when it was delivered or given up
	Due      time.Time // Held: when it goes on

	hold, reason, code string
}

// Words say in Chinese, with fmt verbs for args, what became of the message
// and what can be done (C-30).
func (m Message) Words() (text string, args []any) {
	at := m.Due.In(workday.Shanghai).Format("1月2日15:04")
	switch {
	case m.State == Delivered:
		return "短信已送达", nil
	case m.State == Sent:
		return "短信已发出，还没有收到回执", nil
	case m.State == Failed && m.reason == reasonReport:
		return sms.Report{Code: m.code}.Text(), nil
	case m.State == Failed && m.reason == reasonForgotten:
		return "内容已经按规定删除，没有发出", nil
	case m.State == Failed && final(sms.Reason(m.reason)):
		return "短信未送达：%s", []any{sms.Reason(m.reason).Text()}
	case m.State == Failed:
		return "短信未送达：试了多次没有发出，可以重发，或用其他方式告知", nil
	case m.hold == holdNight:
		return "夜间不发短信，将在%s发出", []any{at}
	case m.hold == holdShare:
		return "今天发给这个号码的短信已到上限，将在%s发出", []any{at}
	case m.hold == holdUnsure:
		return "短信可能已经发出，等待回执；%s前没有回执会再发一次", []any{at}
	case m.hold == holdRetry:
		return "短信还没有发出：%s", []any{sms.Reason(m.reason).Text()}
	}
	return "短信正在发送", nil
}

// final tells the reasons that no further try would have mended.
func final(r sms.Reason) bool {
	return r == sms.ReasonNumber || r == sms.ReasonTemplate || r == sms.ReasonContent
}

// Of lists the messages of a case, oldest first.
func (o *Outbox) Of(ctx context.Context, caseID string) ([]Message, error) {
	return listMessages(ctx, o.db.Read(), o.vault, `case_id = $1 AND kind = 'notice' ORDER BY created, place`, caseID)
}

// Recent lists the newest messages of all cases, codes among them.
func (o *Outbox) Recent(ctx context.Context, n int) ([]Message, error) {
	return listMessages(ctx, o.db.Read(), o.vault, `1 = 1 ORDER BY id DESC LIMIT $1`, n)
}

// Counts tells how many messages are in each state, for the operator.
func (o *Outbox) Counts(ctx context.Context) (map[State]int, error) {
	return countStates(ctx, o.db.Read())
}

func (r row) message() Message {
	m := Message{ID: r.id, Case: r.caseID, Seq: r.seq, Party: r.party, Template: r.template, To: cn.MaskMobile(r.payload.To),
		Text: r.payload.Text, Segments: r.segments, State: r.state, Attempts: r.attempts, Created: r.created, Sent: r.sent,
		Settled: r.settled, Due: r.due, hold: r.hold, reason: r.reason, code: r.providerCode}
	if r.kind == code {
		m.Text = ""
	}
	return m
}
