// Package registry is the entity base (市场主体库): which market entities
// exist, under which name, with which legal representative and status, as the
// registration system last told. It is imported from files, looked up, and
// held against what applicants write (the checks registry.unit and
// registry.name). Decided cases can tell it what they decided (registry.enter).
//
// It is no register: nothing is registered, changed or deregistered here, and
// what it says is as old as the last import or the case that told it. Who has an account is known to
// account.
package registry

import (
	"embed"
	"io/fs"
	"time"

	"wangban/internal/cn"
	"wangban/internal/db"
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
	return db.Migrations{Room: "registry", Files: files}
}()

// Entity is a market entity (市场主体). All of it is public.
type Entity struct {
	USCC        string // 统一社会信用代码
	Name        string // as registered; of a sole trader without trade name, the operator's
	Rep         string // 法定代表人, 经营者, 负责人, …
	Kind        string // as forms name kinds: enterprise, sole_trader, …
	Status      Status
	Region      string // 6 digits
	Town        string // 9 digits; empty when not told
	Address     string
	Scope       string // 经营范围
	Authority   string // 登记机关
	Established string // 2006-01-02; empty when not told
	Source      string // file that brought what stands here
	Imported    time.Time
}

// Row is an entity as a file tells it, before it is kept.
type Row struct {
	Entity
	RepID string // number of the representative's document; only its blind index is kept
}

// Room keeps the entity base.
type Room struct {
	db    *db.DB
	vault *vault.Vault
	now   func() time.Time
	towns func() map[string]string

	region func() string
	places []string // as names are compared
	items  *item.Library
}

// Options wires a Room.
type Options struct {
	DB    *db.DB
	Vault *vault.Vault
	Now   func() time.Time
	Towns func() map[string]string // the installation's townships: code → name

	Region func() string // within which names are told apart, 6 digits; nil: everywhere
	Places []string      // what names begin with here (舒城县, 城关镇, …), for telling similar ones
	Items  *item.Library // whose cases tell the base what they decided
}

// New opens the room.
func New(o Options) *Room {
	places := make([]string, len(o.Places))
	for i, p := range o.Places {
		places[i] = cn.NameKey(p)
	}
	return &Room{db: o.DB, vault: o.Vault, now: o.Now, towns: o.Towns, region: o.Region, places: places, items: o.Items}
}
