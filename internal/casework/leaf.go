package casework

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
)

// SaltSize is the length of an event's salt, bytes.
const SaltSize = 16

// Leaf is the event's leaf in the transparency log: RFC 6962's leaf hash over
// a record that is itself a salted digest. The record tells nothing about the
// event to whoever lacks the salt; with event and salt anyone can recompute
// it. Destroying the salt forgets the person and keeps the tree whole.
func Leaf(e Event) []byte {
	record := Record(e)
	h := sha256.New()
	h.Write([]byte{0})
	h.Write(record)
	return h.Sum(nil)
}

// Record is the salted digest of everything the event says.
func Record(e Event) []byte {
	said, err := json.Marshal(struct {
		Version int `json:"v"`
		Case    string
		Seq     int
		Act     string
		Actor   Actor
		At      int64 // microseconds UTC
		Key     string
		From    string
		To      string
		Data    EventData
	}{1, e.Case, e.Seq, e.Act, e.Actor, e.At.UnixMicro(), e.Key, e.From, e.To, e.Data})
	if err != nil {
		panic(err) // nothing in an event is unmarshalable
	}
	m := hmac.New(sha256.New, e.Salt)
	m.Write(said)
	return m.Sum(nil)
}
