// Package licence issues electronic licences (电子证照): certificates, permits
// and filings that decided cases bring about. It gives them their official
// numbers without gaps, keeps every version of them from issue to end, makes
// their PDF, and tells anyone who holds one whether it stands, online and, from
// the signed text in its QR code, without any connection.
//
// It knows no item: number, kind and document come with its effects from the
// item's flow. It does not decide whether a licence is due, changed or revoked;
// the act that has the effect does. It lays out no pages and holds no keys;
// Options gives it who does.
package licence

import (
	"context"
	"crypto/ed25519"
	"embed"
	"errors"
	"io/fs"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/vault"
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

// Licence is a licence as it stands, in its newest version.
type Licence struct {
	Public
	Item      string // that made the newest version
	Case      string
	Document  string // name in the item of the case Content; empty when there is only a number
	Content   string // the case whose answers the document shows
	Record    string // of a list of that case, "equipment/3"; "": the case as a whole
	Code      string // of the newest version: proves that who asks has seen it; 80 bits
	Reason    string // why it ended
	EndedCase string
	Listed    bool
	File      form.File
	Versions  []Version // all, the first first; only Find tells them
	Import    *Import   // where it came from, when it was not issued here; only Find tells it

	imported bool   // the document shows what was imported, with the answers of Content over it
	identity string // see Identifier
	act      Act    // that made the newest version
}

// Public is what anyone sees who scans the code of a licence, or finds it in
// the public list: nothing personal beside the holder's name.
type Public struct {
	Number   string
	Kind     string // as flows call the series
	Title    string // what it is, e.g. 仅销售预包装食品备案凭证
	Unit     string
	USCC     string
	Town     string // code
	Facts    []Fact
	Status   Status
	Version  int
	Issued   time.Time // first
	Made     time.Time // the newest version
	From     time.Time
	Until    time.Time // first instant at which it is valid no more; zero: it has no end
	Ended    time.Time
	Replaces string    // number of the licence whose place it took
	Replaced string    // number of the one that took its place
	Imported time.Time // when it was taken from a file of what was issued before; zero: it was issued here
	Unsigned bool      // the newest version is what was imported: no certificate of it was signed here
	Seen     int       // the version whose code was shown; 0: none was
	History  []Step    // what happened to it, the first first
}

// Step is one thing that happened to a licence.
type Step struct {
	Version int // 0: its end
	Act     Act
	At      time.Time
	Until   time.Time
}

// Last is the last day on which the licence is valid, zero when it has no end.
func (p Public) Last() time.Time {
	if p.Until.IsZero() {
		return p.Until
	}
	return p.Until.In(form.Shanghai).AddDate(0, 0, -1)
}

// Identifier is what the electronic licence in its newest version is called in
// the national system (电子证照标识, GB/T 36904); "" when the item does not know
// the type's code.
func (l Licence) Identifier() string {
	parts := strings.Split(l.identity, ".")
	if len(parts) != 3 {
		return ""
	}
	return cn.LicenceID(parts[0], parts[1], parts[2], l.Version)
}

// Version is one version of a licence.
type Version struct {
	Number            int
	Act               Act
	Case, Item        string
	Document, Content string
	Record            string
	Title, Unit, USCC string
	Facts             []Fact
	Reason            string // why it was corrected; for the house
	Made, From, Until time.Time
	Code              string
	File              form.File

	imported bool // see Licence
}

// Fact is an answer that the item makes public, in Chinese; the item's English
// translates label and value.
type Fact struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// Act is what made a version, or ended a licence.
type Act string

// Acts.
const (
	ActIssue   Act = "issue"   // 核发
	ActImport  Act = "import"  // 历史数据导入: issued before there was this platform
	ActChange  Act = "change"  // 变更
	ActRenew   Act = "renew"   // 延续
	ActReplace Act = "replace" // 补办
	ActCorrect Act = "correct" // 更正
	ActCancel  Act = "cancel"  // 注销
	ActRevoke  Act = "revoke"  // 撤销
	ActStrike  Act = "strike"  // 吊销
	ActSuspend Act = "suspend" // 停用
	ActResume  Act = "resume"  // 启用
)

// Label is what an act is called.
func (a Act) Label() string {
	return map[Act]string{ActIssue: "核发", ActImport: "历史数据导入", ActChange: "变更", ActRenew: "延续", ActReplace: "补办", ActCorrect: "更正", ActCancel: "注销", ActRevoke: "撤销", ActStrike: "吊销", ActSuspend: "停用", ActResume: "启用"}[a]
}

// Status of a licence.
type Status string

// Statuses. Expired follows from the clock and is not stored.
const (
	Valid     Status = "valid"     // 有效
	Expired   Status = "expired"   // 过期
	Replaced  Status = "replaced"  // 已换发: a licence with another number took its place
	Cancelled Status = "cancelled" // 已注销
	Revoked   Status = "revoked"   // 已撤销: it should not have been issued
	Struck    Status = "struck"    // 已吊销: it was taken as a penalty
	Suspended Status = "suspended" // 已停用: it counts again once it is resumed
)

// Label is what a status is called.
func (s Status) Label() string {
	return map[Status]string{Valid: "有效", Expired: "已过期", Replaced: "已换发", Cancelled: "已注销", Revoked: "已撤销", Struck: "已吊销", Suspended: "已停用"}[s]
}

// Statuses are all of them, as they are offered to choose from.
func Statuses() []Status {
	return []Status{Valid, Expired, Suspended, Replaced, Cancelled, Revoked, Struck}
}

// Why a licence is not shown.
var (
	ErrUnknown    = errors.New("没有找到这份证照。核对编号，再扫一次证照上的二维码，或填写持证单位的名称或统一社会信用代码。")
	ErrEnded      = errors.New("这份证照已经不再有效，不能下载。有疑问的，联系发证机关。")
	ErrSuspended  = errors.New("这份证照已经停用，不能下载。启用以后可以再下载。")
	ErrNoDocument = errors.New("这份证照只有编号，没有电子凭证。")
	ErrCharacters = errors.New("这份证照有效，里面有生僻字，系统的字体里还没有，电子证照暂时做不出来。联系发证机关，装好字体后就能下载。")
)

// Room issues and keeps licences.
type Room struct{ Options }

// Options are what licences need from other rooms.
type Options struct {
	DB        *db.DB
	Items     *item.Library
	Now       func() time.Time
	Region    func() string // six digits of GB/T 2260, used in numbers
	Province  func() string // 皖, in some numbers; nil: not told
	Registrar func() string // the registrar's letter in some numbers; nil: not told
	Office    func() string // who issues, as printed
	OfficeID  func() string // the office's USCC, in identifiers of electronic licences; nil or "": the region stands for it
	// BaseURL is how the portal is reached; the code on a licence leads there.
	BaseURL func() string
	// Case reads a case with the item version it is pinned to.
	Case func(ctx context.Context, id string) (casework.State, *item.Item, error)
	// Make lays the document out, puts the data in and seals it.
	Make func(ctx context.Context, p Paper) (pdf []byte, err error)
	// Keep stores a file and returns it by its content.
	Keep func(ctx context.Context, name, kind string, content []byte) (form.File, error)
	// Use records in a transaction that a licence uses a file; nil: nobody
	// counts.
	Use func(ctx context.Context, tx db.Tx, holder, hash string) error
	// Sign signs the text of a QR code with Key; Keys are all that have ever
	// done so, Certificates theirs, PEM. nil: QR codes lead to the portal and
	// prove nothing by themselves.
	Sign         func(content []byte) (signature []byte, err error)
	Key          func() ed25519.PublicKey
	Keys         func() []ed25519.PublicKey
	Certificates func() []byte
	// Inspect looks at a document that somebody brings. nil: none is looked at.
	Inspect func(file []byte) (Inspected, error)
	// Workdays counts the working days after one day up to another, and the days
	// of which the calendar does not know whether they are.
	Workdays func(from, to time.Time) (workdays, unknown int)
	// Towns are the townships of the installation, code and name, and Vault seals
	// what is personal in licences that are imported. Only imports need them.
	Towns func() map[string]string
	Vault *vault.Vault
}

// Paper is a document to be made.
type Paper struct {
	State    casework.State
	Item     *item.Item
	Document string
	Row      int // of a document that is made for each record of a list: which one, from 1; 0: of none
	// Extra is shown beside the case: licence.number, licence.date and the
	// others of Names, and url.
	Extra    map[string]any
	Pictures map[string][]byte // qr
	Data     []byte            // JSON, to travel in the document
	Facts    map[string]string // what the seal covers, for whoever reads it in a viewer
	At       time.Time
}

// Names are what documents can show of a licence.
func Names() []string {
	return []string{"licence.number", "licence.date", "licence.issued", "licence.from", "licence.until", "licence.version", "licence.identifier", "licence.office", "licence.holder", "licence.holder_code", "url"}
}

// New opens the room.
func New(o Options) *Room { return &Room{o} }

// standing is the status at an instant.
func standing(stored Status, until, now time.Time) Status {
	if stored == Valid && !until.IsZero() && !now.Before(until) {
		return Expired
	}
	return stored
}
