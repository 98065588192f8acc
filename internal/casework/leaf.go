package casework

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"
)

// SaltSize is the length of an event's salt, bytes.
const SaltSize = 16

// Header is the part of an event that its applicant may show to anybody: a
// receipt opens it. What is personal, actor and data, is in it only as a
// digest under another salt, so that nobody can try out names and numbers on
// a receipt.
type Header struct {
	Version int    `json:"v"`
	Case    string `json:"case"`
	Number  string `json:"number,omitempty"` // 办件编号, once the case has one
	Item    string `json:"item"`
	Seq     int    `json:"seq"`
	Act     string `json:"act"`
	By      Kind   `json:"by"`
	At      string `json:"at"` // UTC, to the microsecond
	From    string `json:"from"`
	To      string `json:"to"`
	Data    string `json:"data"`             // digest of what is personal
	Erased  int    `json:"erased,omitempty"` // events that this one has erased: see forget.go
}

const (
	headerVersion = 2
	headerTime    = "2006-01-02T15:04:05.000000Z"
)

// Time is when the event was recorded.
func (h Header) Time() time.Time {
	at, _ := time.Parse(headerTime, h.At) // ReadHeader has
	return at
}

// ErrHeader is text that no event of ours says.
var ErrHeader = errors.New("casework: not the header of an event")

// ReadHeader reads what a receipt says: exactly the bytes that were recorded.
func ReadHeader(said []byte) (Header, error) {
	var h Header
	if err := json.Unmarshal(said, &h); err != nil || h.Version != headerVersion || h.Seq < 1 {
		return Header{}, ErrHeader
	}
	if _, err := time.Parse(headerTime, h.At); err != nil || !bytes.Equal(said, h.text()) {
		return Header{}, ErrHeader
	}
	return h, nil
}

func (h Header) text() []byte {
	text, err := json.Marshal(h)
	if err != nil {
		panic(err) // texts and numbers
	}
	return text
}

// Opening is what opens an event's record to whoever is given it.
type Opening struct {
	Header Header
	Said   []byte // the header as it was recorded
	Salt   []byte
}

// Record is the salted digest that the log holds. It tells nothing about the
// event to whoever lacks the salt.
func Record(said, salt []byte) []byte { return salted(salt, said) }

// Leaf is the leaf of a record in the transparency log (RFC 6962, 2.1).
func Leaf(record []byte) []byte {
	h := sha256.New()
	h.Write([]byte{0})
	h.Write(record)
	return h.Sum(nil)
}

// Open is what the event's receipt shows; after is the state that the event
// led to. Destroying the salt forgets it and keeps the tree whole.
func (e Event) Open(after State) Opening {
	h := e.header(after.Item, after.Number)
	return Opening{Header: h, Said: h.text(), Salt: salted(e.Salt, []byte("header"))}
}

func (e Event) header(item, number string) Header {
	h := Header{Version: headerVersion, Case: e.Case, Number: number, Item: item, Seq: e.Seq, Act: e.Act, By: e.Actor.Kind,
		At: e.At.UTC().Format(headerTime), From: e.From, To: e.To, Erased: len(e.Data.Erased)}
	personal := salted(e.Salt, []byte("data"))
	h.Data = hex.EncodeToString(salted(personal, []byte(e.Key), []byte{0}, e.personal()))
	return h
}

// personal is what of the event is sealed, as it is sealed: what was written
// by a former version of the program keeps its digest.
func (e Event) personal() []byte {
	if e.said != nil {
		return e.said
	}
	said, err := json.Marshal(sealedEvent{e.Actor, e.Data})
	if err != nil {
		panic(err) // nothing in an event is unmarshalable
	}
	return said
}

func salted(salt []byte, parts ...[]byte) []byte {
	m := hmac.New(sha256.New, salt)
	for _, p := range parts {
		m.Write(p)
	}
	return m.Sum(nil)
}

// leafOf is the event's leaf; after is the state that it led to.
func leafOf(e Event, after State) (record, leaf []byte) {
	o := e.Open(after)
	record = Record(o.Said, o.Salt)
	return record, Leaf(record)
}
