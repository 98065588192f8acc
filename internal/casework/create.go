package casework

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"slices"
	"strings"
	"time"

	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/item"
)

// RoleHelper is the role of staff who begin a case for somebody (帮办人).
const RoleHelper = "helper"

// ChannelPaper is the channel of a case that an officer enters from an
// application on paper (纸质申请).
const ChannelPaper = "paper"

// ChannelOffice is the channel of a case that the office begins itself (依职权).
const ChannelOffice = "office"

// Creation is a new case.
type Creation struct {
	Item    string
	Key     string // makes creating idempotent for one owner
	Actor   Actor
	Created Created
}

// Create begins a case. The same key of the same owner begins it only once.
func (d *Door) Create(ctx context.Context, c Creation) (Receipt, error) {
	if err := checkKey(c.Key); err != nil {
		return Receipt{}, err
	}
	it, ok := d.items.Get(c.Item)
	if !ok {
		return Receipt{}, refuse(CodeNotFound, "没有这个事项。可能事项已合并，搜一下名称。")
	}
	if r := mayBegin(it, c); r != nil {
		return Receipt{}, r
	}
	now := d.now()
	if !it.Guide.Live.Covers(now) {
		return Receipt{}, refuse(CodeClosed, "“%s”现在不接收新申请。", it.Guide.Title)
	}
	if until := it.Guide.PaperUntil; c.Created.Channel == ChannelPaper && !until.IsZero() && !now.Before(until) {
		return Receipt{}, refuse(CodePaper, "“%s”从 %s 起不再收纸质申请。帮申请人在网上办，纸质材料当场拍照上传。", it.Guide.Title, until.In(form.Shanghai).Format(time.DateOnly))
	}
	// A form sent just before midnight UTC may come again just after it.
	if r, ok, err := replay(ctx, d.db.Read(), d.caseID(now.Add(-24*time.Hour), c), c.Key); ok || err != nil {
		return r, err
	}
	id := d.caseID(now, c)
	key, wrapped, err := d.vault.NewKey()
	if err != nil {
		return Receipt{}, err
	}
	o := Begin(it, id, c.Created, c.Actor, c.Key, now)
	ready, err := d.enter(it, stored{key: key, wrapped: wrapped}, o)
	if err != nil {
		return Receipt{}, err
	}
	err = d.writeCases(ctx, func(ctx context.Context, tx db.Tx) error { return d.write(ctx, tx, ready) })
	if db.Unique(err) {
		if r, ok, err := replay(ctx, d.db.Read(), id, c.Key); ok || err != nil {
			return r, err
		}
	}
	if err != nil {
		return Receipt{}, err
	}
	return receipt(o), nil
}

// mayBegin asks whether whoever begins a case may: what the office does of its
// own accord is begun by those who act in its first stage, everything else by
// applicants and those who help them.
func mayBegin(it *item.Item, c Creation) *Refusal {
	a := c.Actor
	if it.Flow.ExOfficio() {
		first, _ := it.Flow.Stage(it.Flow.Start)
		switch {
		case a.Kind != Staff:
			return refuse(CodeNotYours, "“%s”由本机关依职权办理，不用申请。", it.Guide.Title)
		case !slices.Contains(a.Roles, first.By):
			return refuse(CodeNotYours, "你的岗位不能办这件事。")
		}
		return nil
	}
	if a.Kind == Staff && !slices.Contains(a.Roles, RoleHelper) {
		return refuse(CodeNotYours, "帮办由有帮办岗位的工作人员开始。")
	}
	return nil
}

// ByOffice is how a case begins that the office begins itself: it is the
// officer's who begins it until it is handed in, and nobody's application.
func ByOffice(a Actor) Created { return Created{Owner: HelperOwner(a.ID), Channel: ChannelOffice} }

// encoding has no letters that look like digits.
var encoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// caseID is sortable by time and starts with the region, so that tables can
// be partitioned by it; the rest comes from owner and key, so that creating
// twice with one key meets itself.
func (d *Door) caseID(now time.Time, c Creation) string {
	day := now.UTC().Format("060102")
	own := d.vault.Index("case", strings.Join([]string{c.Item, c.Created.Owner, c.Key}, "\x00"))
	return d.house().Region + "-" + day + "-" + encoding.EncodeToString([]byte(own))[:20]
}

// NewToken is a fresh name for a signing link: 60 bits, short enough for an
// SMS. It is no credential.
func NewToken() string {
	b := make([]byte, 10)
	_, _ = rand.Read(b)
	return encoding.EncodeToString(b)[:12]
}
