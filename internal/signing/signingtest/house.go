// Package signingtest is a house in which an agent has applied and the legal
// representative signs: the real door, the shipped items, the real one-time
// codes, a clock that is set. For tests of signing and of its screens.
package signingtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"wangban/county"
	"wangban/internal/account"
	"wangban/internal/casework"
	shucheng "wangban/internal/county"
	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/signing"
	"wangban/internal/signing/face"
	"wangban/internal/vault"
	"wangban/internal/workday"
	"wangban/items"
)

// Friday is a working morning.
var Friday = time.Date(2020, 9, 4, 9, 0, 0, 0, form.Shanghai)

// Migrations are the tables of the house.
var Migrations = []db.Migrations{casework.Migrations, account.Migrations, signing.Migrations}

var library = sync.OnceValues(func() (*item.Library, error) { return item.NewLibrary(items.Files, "") })

// House is one installation.
type House struct {
	testing.TB
	Door      *casework.Door
	Room      *signing.Room
	Sealed    []signing.Letter // every document a signature was put into
	Codes     map[string]string
	Files     map[string][]byte // by hash
	OnSeal    func()            // runs while the signature is being made
	OnPicture func() error      // may turn a picture down
	BaseURL   string
	house     casework.House
	mu        sync.Mutex
	acts      []event // that have told something, in their order
	told      map[event][]casework.Message
	now       time.Time
	keyCount  int
}

// Open opens a house on a database. verifier may be nil: then nobody compares
// faces.
func Open(t testing.TB, d *db.DB, verifier face.Verifier) *House {
	t.Helper()
	h := &House{TB: t, now: Friday, Codes: map[string]string{}, Files: map[string][]byte{}, told: map[event][]casework.Message{}, BaseURL: "https://wb.example.cn"}
	place, err := shucheng.Read(county.Shucheng)
	h.Must(err)
	lib, err := library()
	h.Must(err)
	keys, err := vault.Open(filepath.Join(t.TempDir(), "key"))
	h.Must(err)
	h.house = place.House(h.BaseURL, workday.Default())
	nothing := func(context.Context, db.Tx, casework.Call, casework.State, casework.State, casework.Event) (map[string]string, error) {
		return nil, nil
	}
	fine := func(context.Context, casework.Queryer, casework.Call, casework.State, *item.Item) (casework.Finding, error) {
		return casework.Finding{Level: casework.Fine}, nil
	}
	h.Door, err = casework.New(t.Context(), casework.Options{
		DB: d, Vault: keys, Items: lib, Now: h.Now, House: h.House, Outbox: h.tell,
		Effects: map[string]casework.Effect{"account.open": nothing, "licence.issue": nothing, "signing.invite": signing.Invite, "signing.revoke": signing.Revoke},
		Checks:  map[string]casework.Check{"registry.unit": fine, "account.unit": fine, "account.shared-number": fine, "account.many-units": fine},
	})
	h.Must(err)
	accounts := account.New(account.Options{DB: d, Vault: keys, Now: h.Now, Send: h.sendCode})
	h.Room = signing.New(d, h.Door, keys, h.Now, signing.Options{
		SendCode: accounts.Send, CheckCode: accounts.Check, Face: verifier,
		Evidence: h.evidence, Keep: h.keep, Letter: Draft, Seal: h.seal, BaseURL: func() string { return h.BaseURL },
	})
	return h
}

// House is what the installation tells a decision.
func (h *House) House() casework.House { return h.house }

// Now is the house's clock.
func (h *House) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// Set moves the clock.
func (h *House) Set(t time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = t
}

// Wait lets time pass.
func (h *House) Wait(d time.Duration) { h.Set(h.Now().Add(d)) }

// Must fails the test on an error.
func (h *House) Must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// tell keeps what an act tells. A transaction may run again, or be given up for
// another's: what was told at the same place before is not told.
func (h *House) tell(_ context.Context, _ db.Tx, id string, seq int, msgs []casework.Message) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := event{id, seq}
	if !slices.Contains(h.acts, at) {
		h.acts = append(h.acts, at)
	}
	h.told[at] = msgs
	return nil
}

// event is one of a case.
type event struct {
	id  string
	seq int
}

// Told are the messages that acts have sent, in their order.
func (h *House) Told() (all []casework.Message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, at := range h.acts {
		all = append(all, h.told[at]...)
	}
	return all
}

// Messages counts the messages sent by their names.
func (h *House) Messages() map[string]int {
	n := map[string]int{}
	for _, m := range h.Told() {
		n[m.Template]++
	}
	return n
}

func (h *House) sendCode(_ context.Context, _ db.Tx, mobile, code string) error {
	h.Codes[mobile] = code
	return nil
}

// evidence stands for the room that takes pictures in.
func (h *House) evidence(ctx context.Context, picture []byte) (form.File, error) {
	if h.OnPicture != nil {
		if err := h.OnPicture(); err != nil {
			return form.File{}, err
		}
	}
	return h.keep(ctx, "identity.png", "image/png", picture)
}

func (h *House) keep(_ context.Context, name, kind string, content []byte) (form.File, error) {
	sum := sha256.Sum256(content)
	hash := hex.EncodeToString(sum[:])
	h.mu.Lock()
	defer h.mu.Unlock()
	h.Files[hash] = bytes.Clone(content)
	return form.File{Hash: hash, View: hash, Name: name, Type: kind, Size: int64(len(content))}, nil
}

// Draft stands for the room that lays documents out: as a document does, it
// depends on the answers alone.
func Draft(_ context.Context, s casework.State, it *item.Item, document string) ([]byte, signing.Box, error) {
	return fmt.Appendf(nil, "%%PDF-1.7 %s %v", document, casework.DocumentDigest(it, document, s.Values)), signing.Box{Page: 1, X: 100, Y: 120, W: 160, H: 60}, nil
}

func (h *House) seal(_ context.Context, l signing.Letter) (signing.Sealed, error) {
	if h.OnSeal != nil {
		h.OnSeal()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.Sealed = append(h.Sealed, l)
	return signing.Sealed{PDF: append(bytes.Clone(l.PDF), " signed"...), Serial: fmt.Sprintf("0%d", len(h.Sealed))}, nil
}

// Case is an application whose agent waits for the signature.
type Case struct {
	*House
	ID    string
	Agent casework.Actor
}

// Apply lets an agent submit; change replaces answers of the item's example.
func (h *House) Apply(agent string, change form.Values) *Case {
	h.Helper()
	c := &Case{House: h, Agent: casework.Actor{Kind: casework.Applicant, ID: agent, Session: agent}}
	v := h.answers("agent-complete")
	maps.Copy(v, change)
	receipt, err := h.Door.Create(h.Context(), casework.Creation{Item: "legal-person-account", Key: h.key(), Actor: c.Agent,
		Created: casework.Created{Owner: agent, Channel: "web", Values: v}})
	h.Must(err)
	c.ID = receipt.Case
	c.Do(casework.ActVerify, casework.Data{Verified: map[string]string{"agent.mobile": v["agent.mobile"].(string)}})
	c.Do("submit", casework.Data{})
	return c
}

func (h *House) answers(fixture string) form.Values {
	h.Helper()
	lib, err := library()
	h.Must(err)
	it, _ := lib.Get("legal-person-account")
	var doc struct{ Answers map[string]any }
	h.Must(yaml.Unmarshal(it.Fixtures[fixture], &doc))
	v := form.Values{}
	for id, answer := range doc.Answers {
		field, _ := it.Form.Field(id)
		switch {
		case field.Type == form.TypeFile:
			file, err := h.keep(h.Context(), fmt.Sprint(answer), "image/jpeg", fmt.Append(nil, answer))
			h.Must(err)
			v[id] = []form.File{file}
		case field.Type == form.TypeChoices:
			var texts []string
			for _, one := range answer.([]any) {
				texts = append(texts, fmt.Sprint(one))
			}
			v[id] = texts
		default:
			v[id] = answer
		}
	}
	return v
}

func (h *House) key() string {
	h.keyCount++
	return fmt.Sprint("key", h.keyCount)
}

// Do is an act of the agent.
func (c *Case) Do(act string, data casework.Data) {
	c.Helper()
	_, err := c.Door.Do(c.Context(), c.ID, casework.Input{Act: act, Key: c.key(), Actor: c.Agent, Data: data})
	c.Must(err)
}

// Vouch is an officer's word that the legal representative stands at the counter.
func (c *Case) Vouch() {
	c.Helper()
	s, it, err := c.Door.Get(c.Context(), c.ID)
	c.Must(err)
	stage, _ := it.Flow.Stage(s.Stage)
	act, _ := stage.Act("identify_at_counter")
	_, err = c.Door.Do(c.Context(), c.ID, casework.Input{Act: act.Name, Key: c.key(), Data: casework.Data{Declared: act.Declare},
		Actor: casework.Actor{Kind: casework.Staff, ID: "chenyan", Name: "陈䶮", Unit: s.Unit, Roles: []string{"reviewer"}, Units: []string{s.Unit}}})
	c.Must(err)
}

// State reads the case.
func (c *Case) State() casework.State {
	c.Helper()
	s, _, err := c.Door.Get(c.Context(), c.ID)
	c.Must(err)
	return s
}

// Token names the link of the case.
func (c *Case) Token() string {
	c.Helper()
	return c.State().Token
}

// RepMobile is the legal representative's number in the item's example.
const RepMobile = "13800138000"

// Drawing is a hand signature: strokes on a transparent picture.
func Drawing(width, height int) []byte {
	picture := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := range width / 2 {
		for thick := range 3 {
			picture.SetNRGBA(width/4+i, height/4+i*height/(2*width)+thick, color.NRGBA{16, 24, 32, 255})
		}
	}
	var b bytes.Buffer
	_ = png.Encode(&b, picture)
	return b.Bytes()
}
