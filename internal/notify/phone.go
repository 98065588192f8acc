package notify

import (
	"context"
	"slices"
	"time"

	"wangban/internal/notify/sms"
)

// demoProvider names what the demo's phone shows: only messages that no
// carrier was given.
const demoProvider = "demo"

// demoSender takes messages for the demo's phone, where they arrive at once.
type demoSender struct{ box *Outbox }

func (d demoSender) Send(ctx context.Context, m sms.Message) (sms.Receipt, error) {
	return sms.Receipt{Provider: demoProvider, ProviderID: m.ID},
		d.box.Report(ctx, sms.Report{Provider: demoProvider, OutID: m.ID, To: m.To, Delivered: true})
}

// Shown is a message on the demo's phone.
type Shown struct {
	At       time.Time
	Text     string // with the signature 【…】
	Segments int    // short messages it is charged as
	Template string
	Case     string
}

// Phone is what the demo's phone with this number shows, newest first. Messages
// that a carrier took are never shown.
func (o *Outbox) Phone(ctx context.Context, number string) ([]Shown, error) {
	rows, err := listRows(ctx, o.db.Read(), o.vault, `number_index = $1 AND provider = $2 ORDER BY id DESC LIMIT 200`,
		o.vault.Index("mobile", number), demoProvider)
	if err != nil {
		return nil, err
	}
	var shown []Shown
	for _, r := range rows {
		if r.payload.Text != "" {
			shown = append(shown, Shown{At: r.sent, Text: o.signed(r.payload.Text), Segments: r.segments, Template: r.template, Case: r.caseID})
		}
	}
	return shown, nil
}

// Numbers are the phones that got something in the demo, the latest first.
func (o *Outbox) Numbers(ctx context.Context) ([]string, error) {
	rows, err := listRows(ctx, o.db.Read(), o.vault, `provider = $1 ORDER BY id DESC LIMIT 2000`, demoProvider)
	if err != nil {
		return nil, err
	}
	var numbers []string
	for _, r := range rows {
		if r.payload.To != "" && !slices.Contains(numbers, r.payload.To) {
			numbers = append(numbers, r.payload.To)
		}
	}
	return numbers, nil
}
