package material

import (
	"context"
	"crypto/rand"
	"time"
)

const (
	// handoverLife is how long a QR code works.
	handoverLife = 15 * time.Minute
	// handoverUses is how many files may come through one: enough for pictures
	// that did not turn out well, too few for filling the disk.
	handoverUses = 30
)

// Handover lets a phone answer one question of a case that was begun on
// another screen (上传接力). Who has the QR code may add files to that question
// and sees nothing else of the case.
type Handover struct {
	Case, Field string
	Owner       string // on whose behalf the phone acts
	Created     time.Time
	Expires     time.Time
	Uses        int
}

// OfferHandover makes the name that the QR code carries. It works for 15
// minutes, and ends an older one for the same question.
func (m *Room) OfferHandover(ctx context.Context, h Handover) (token string, _ Handover, err error) {
	token = rand.Text()
	h.Created = m.Now()
	h.Expires, h.Uses = h.Created.Add(handoverLife), 0
	return token, h, m.putHandover(ctx, token, h)
}

func errOver() *Refusal {
	return refuse(CodeOver, "这个二维码已经失效。在原来的屏幕上重新打开一个，再扫一次。")
}
