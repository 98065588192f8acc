// Package form knows what an applicant is asked: pages, fields, the types of
// fields with their checks, and the conditions under which something is shown
// or required. It reads what was posted, checks it, and tells what is missing.
//
// It is pure: no database, no clock of its own, no HTML (web renders fields)
// and no knowledge of any item.
package form

import "time"

// Form is the pages of an item, in the order people meet them.
type Form struct {
	Pages []Page

	outer Env // of the form of one row: what the form around it says
}

// Page is one thing asked at a time.
type Page struct {
	Name   string // in the address of the page, e.g. "unit"
	Title  string
	Intro  string
	When   Cond // shown only when true; empty means always
	Fields []Field
}

// Field is one question.
type Field struct {
	ID           string // dotted path, e.g. "unit.uscc"; unique in the form
	Type         Type
	Label        string
	Help         string
	Options      []Option // of a choice; of a type with a vocabulary of its own, what it is narrowed to
	Optional     bool
	When         Cond   // shown, and so required, only when true
	OptionalWhen Cond   // shown but not required when true
	Max, Min     int    // length of a text, or value of a number
	Kind         string // for TypeUSCC: the field that holds the kind of unit
	IDType       string // for TypeIDNumber: the field that holds the document's type
	IDNumber     string // for TypeIDExpiry: the field that holds the document's number
	MinAge       int    // for TypeIDNumber: full years, told by a citizen number
	Verify       Cond   // for TypeMobile: when true, the number is proven with a code by SMS
	Check        string // name of a check that a domain room answers, e.g. "registry.unit"
	Many         int    // for TypeFile: how many files at most (default 1)
	MinSide      int    // for TypeFile: shortest side of a picture in pixels (default DefaultMinSide)
	Download     string // for TypeFile: the document to download, sign and hand in here
	Differs      string // another field whose value must not be the same
	DiffersText  string // what to say when it is
	After        string // for TypeDate: another date, before this one
	WithinYears  int    // for TypeDate: at most so many years after After
	Default      string // "today", "today + 1 year", the ID of another field, or a value
	Text         string // for TypeAgree: the statement agreed to
	Link         string // for TypeAgree: where the statement's document can be read
	Pattern      string // for TypeText: a regular expression the whole value must match
	PatternText  string // what to say when it does not

	Unit        string     // for TypeDecimal and TypeMoney: what is counted, e.g. 万元
	Places      int        // for TypeDecimal and TypeMoney: decimals at most
	Least, Most string     // for TypeDecimal and TypeMoney: bounds, e.g. "0.01"
	Scheme      string     // for TypeLicenceNumber: see Schemes
	Was         string     // another field with what holds so far (原); this answer must differ from it
	TakenFrom   []string   // where the answer comes from when a case begins at a licence, see docs/items.md; the first that is answered
	Catalogue   *Catalogue // for TypeCatalogue: what is chosen from; Many is how many at most
	Source      string     // for TypeCatalogue: the catalogue's name
	Under       string     // for TypeCatalogue: another field whose answer is the code below which one chooses
	Fields      []Field    // for TypeRows: what is asked of each row; Max and Min count rows
	RowLabel    string     // for TypeRows: what one row is, e.g. 家庭成员
	RowTitle    string     // for TypeRows: the sub-field that names a row in a list; the first when empty
	Sheet       bool       // for TypeRows: rows may come by spreadsheet
	Unique      string     // for TypeRows: the sub-field in which no two rows may be alike
}

// LicenceIssued in Field.TakenFrom is the day on which the licence was first
// issued; everything else there is a field.
const LicenceIssued = "licence.issued"

// Option is one answer of a choice. When hides an option that does not apply.
type Option struct {
	Value, Label, Help string
	When               Cond
}

// Type names how a field is asked and checked.
type Type string

// The types of fields. A new type is Go code, and must be one that any item
// could use.
const (
	TypeText       Type = "text"
	TypeTextarea   Type = "textarea"
	TypeNumber     Type = "number"
	TypeChoice     Type = "choice"  // one of Options
	TypeChoices    Type = "choices" // any of Options
	TypeYesNo      Type = "yesno"
	TypeDate       Type = "date"      // stored 2006-01-02
	TypeUSCC       Type = "uscc"      // 统一社会信用代码, GB 32100
	TypeUnitKind   Type = "unit_kind" // 单位类型: a choice with a vocabulary of its own; Options narrows it
	TypeUnitName   Type = "unit_name"
	TypePersonName Type = "person_name"
	TypeIDType     Type = "id_type" // choice of identity documents; Options narrows it
	TypeIDNumber   Type = "id_number"
	TypeIDExpiry   Type = "id_expiry" // date or 长期 ("long_term")
	TypeMobile     Type = "mobile"
	TypeTown       Type = "town" // a township of the installation's region
	TypeAddress    Type = "address"
	TypeFile       Type = "file"
	TypePassword   Type = "new_password" // asked twice; only its Argon2id hash is kept
	TypeAgree      Type = "agree"        // a statement ticked; the item version a case is pinned to tells its wording

	TypeDecimal       Type = "decimal"        // kept as written, "12.5"
	TypeMoney         Type = "money"          // a decimal that is not negative, in Unit
	TypeEmail         Type = "email"          //
	TypeLandline      Type = "landline"       // 固定电话
	TypePostcode      Type = "postcode"       //
	TypeURL           Type = "url"            //
	TypeLicenceNumber Type = "licence_number" // 证照编号, by Scheme
	TypeEquipmentCode Type = "equipment_code" // 设备代码; Kind is the field with its kind in the catalogue
	TypeCatalogue     Type = "catalogue"      // one of a long coded list, or several
	TypeRows          Type = "rows"           // a list of records
)

// Values are the answers, by field ID: string, bool, []string, []File or
// []Row. They survive JSON.
type Values map[string]any

// Row is one record of a TypeRows field: its answers by sub-field. An odd value
// that the person has confirmed stands beside it, under "<sub-field>.confirm".
type Row = Values

// File is one uploaded document: an original kept by content hash and, where
// it could be made, a re-encoded copy that screens show.
type File struct {
	Hash     string `json:"hash"`           // of the original as uploaded, hex SHA-256
	View     string `json:"view,omitempty"` // of the safe copy shown on screens
	Name     string `json:"name"`
	Type     string `json:"type"` // sniffed, e.g. "image/jpeg"
	Size     int64  `json:"size"`
	Pages    int    `json:"pages,omitempty"`
	Width    int    `json:"width,omitempty"`
	Height   int    `json:"height,omitempty"`
	Captured bool   `json:"captured,omitempty"` // taken live by camera
}

// Context is what checks need beside the answers.
type Context struct {
	Now       time.Time
	Towns     map[string]string // code → name
	Verified  map[string]string // field ID → mobile number proven by a code
	Confirmed map[string]string // field ID → odd value the person has confirmed
}
