// Package licence issues electronic licences (电子证照): certificates, permits
// and filings that a decided case brings about. It gives them their official
// numbers without gaps, keeps them, makes their PDF and tells anyone who holds
// one whether it stands.
//
// It knows no item: number, kind and document come with the effect
// licence.issue from the item's flow. It does not decide whether a licence is
// due; the act that has the effect does. It lays out no pages; Make does.
package licence

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/item"
)

//go:embed migrations
var migrations embed.FS

// English are this room's texts in English.
//
//go:embed en.yaml
var English []byte

// Migrations are the room's tables.
var Migrations = func() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err)
	}
	return db.Migrations{Room: "licence", Files: files}
}()

// Licence is an issued licence.
type Licence struct {
	Public
	Kind     string // as the item's flow calls the series
	Item     string
	Case     string
	Document string // name in the item; empty when there is only a number
	Code     string // proves that who asks has seen the licence; 80 bits
	Reason   string // why withdrawn
	File     form.File
}

// Public is what anyone sees who scans the code of a licence: nothing personal.
type Public struct {
	Number    string
	Title     string // what it is, e.g. 仅销售预包装食品备案凭证
	Unit      string
	USCC      string
	Facts     []Fact
	Status    Status
	Issued    time.Time
	Withdrawn time.Time
}

// Fact is an answer that the item makes public, in Chinese; the item's English
// translates label and value.
type Fact struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// Status of a licence.
type Status string

// Statuses.
const (
	Valid     Status = "valid"
	Withdrawn Status = "withdrawn"
)

// Why a licence is not shown.
var (
	ErrUnknown    = errors.New("没有找到这份证照。核对编号，再扫一次证照上的二维码，或填写持证单位的统一社会信用代码。")
	ErrWithdrawn  = errors.New("这份证照已经撤回，不能再下载。有疑问的，联系发证机关。")
	ErrNoDocument = errors.New("这份证照只有编号，没有电子凭证。")
)

// Room issues and keeps licences.
type Room struct{ Options }

// Options are what licences need from other rooms.
type Options struct {
	DB     *db.DB
	Items  *item.Library
	Now    func() time.Time
	Region func() string // six digits of GB/T 2260, used in numbers
	Office func() string // who issues, as printed
	// BaseURL is how the portal is reached; the code on a licence leads there.
	BaseURL func() string
	// Case reads a case with the item version it is pinned to.
	Case func(ctx context.Context, id string) (casework.State, *item.Item, error)
	// Make lays the document out. Beside the case it is given licence.number,
	// licence.date, licence.office, url, and the picture qr.
	Make func(ctx context.Context, s casework.State, it *item.Item, document string, extra map[string]any, pictures map[string][]byte) (pdf []byte, err error)
	// Keep stores a file and returns it by its content.
	Keep func(ctx context.Context, name, kind string, content []byte) (form.File, error)
}

// New opens the room.
func New(o Options) *Room { return &Room{o} }
