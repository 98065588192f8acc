package ledger_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/ledger"
)

// A receipt proves its act to whoever has the log's key, says nothing
// personal, and any change of it is seen.
func TestReceipt(t *testing.T) {
	dbtest.Rehearsed(t, tables, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		ids := h.fill(5, 3)
		o := h.openings(ids[2])[1]
		if _, err := h.log.Receipt(t.Context(), o); !errors.Is(err, ledger.ErrPending) {
			t.Error("before it is in the log:", err)
		}
		h.integrate()
		r, err := h.log.Receipt(t.Context(), o)
		h.must(err)
		key, err := h.log.Verifier(t.Context())
		h.must(err)
		text := r.JSON()
		read, err := ledger.ReadReceipt(text)
		h.must(err)
		proven, err := read.Check(key)
		h.must(err)
		if p := proven.Header; p != o.Header || p.Act != casework.ActSave || p.Case != ids[2] || p.Seq != 2 || p.By != casework.Applicant || !p.Time().Equal(h.now) || proven.Checkpoint.Size != 15 {
			t.Errorf("%+v", proven)
		}
		if held, err := h.log.Holds(t.Context(), proven); err != nil || !held {
			t.Error(held, err)
		}
		h.save(ids[0], "later")
		h.integrate()
		if held, err := h.log.Holds(t.Context(), proven); err != nil || !held {
			t.Error("after the log has grown:", held, err)
		}

		// Another log's key, and a receipt that is sound in itself only.
		_, other, err := note.GenerateKey(rand.Reader, "wb.example.cn/log")
		h.must(err)
		if _, err := read.Check(other); !errors.Is(err, ledger.ErrLogKey) {
			t.Error(err)
		}
		if _, err := read.Check(""); err != nil {
			t.Error(err)
		}

		// Any byte changed.
		for i := range text {
			changed := bytes.Clone(text)
			changed[i] ^= 1
			r, err := ledger.ReadReceipt(changed)
			if err != nil {
				continue
			}
			if p, err := r.Check(key); err == nil && (p.Header != proven.Header || p.Index != proven.Index || p.Checkpoint != proven.Checkpoint) {
				t.Fatalf("byte %d (%q) can be changed", i, text[max(0, i-10):i+1])
			}
		}
		for _, bad := range []string{"", "{}", "null", "[]", string(text) + "{}", string(text[:len(text)/2]), strings.Repeat(" ", ledger.MaxReceipt+1), `{"format":"wangban-receipt/1"}`, strings.Replace(string(text), `"format"`, `"more": 1, "format"`, 1)} {
			if _, err := ledger.ReadReceipt([]byte(bad)); err == nil {
				t.Errorf("read: %.80q", bad)
			}
		}
	})
}

// What docs say is how outsiders check a receipt: no code of ours is needed.
func TestReceiptByHand(t *testing.T) {
	h := openHouse(t, dbtest.SQLite(t, tables...))
	id := h.begin("only")
	h.integrate()
	r, err := h.log.Receipt(t.Context(), h.openings(id)[0])
	h.must(err)
	var read struct {
		Said, Proof string
		Salt        []byte
	}
	h.must(json.Unmarshal(r.JSON(), &read))
	m := hmac.New(sha256.New, read.Salt)
	m.Write([]byte(read.Said))
	leaf := sha256.Sum256(append([]byte{0}, m.Sum(nil)...))
	v, err := note.NewVerifier(r.Log)
	h.must(err)
	_, signed, _ := strings.Cut(read.Proof, "\n\n")
	c, err := ledger.OpenCheckpoint(signed, v)
	h.must(err)
	if c.Size != 1 || c.Root != leaf {
		t.Errorf("%+v, leaf %x", c, leaf)
	}
}

// The salt that a receipt gives away does not open what is personal.
func TestReceiptKeepsSecrets(t *testing.T) {
	h := openHouse(t, dbtest.SQLite(t, tables...))
	id := h.begin("a")
	events, err := h.door.History(t.Context(), id)
	h.must(err)
	o := h.openings(id)[0]
	if bytes.Equal(o.Salt, events[0].Salt) {
		t.Error("the event's own salt is given away")
	}
	var said map[string]any
	h.must(json.Unmarshal(o.Said, &said))
	for name := range said {
		if !strings.Contains(" v case number item seq act by at from to data erased ", " "+name+" ") {
			t.Errorf("the header says %q too", name)
		}
	}
}

// seeds are good receipts and checkpoints for the fuzzers.
func seeds(f *testing.F) (receipt []byte, key, checkpoint string) {
	h := openHouse(f, dbtest.SQLite(f, tables...))
	ids := h.fill(3, 3)
	h.integrate()
	r, err := h.log.Receipt(f.Context(), h.openings(ids[1])[1])
	h.must(err)
	key, err = h.log.Verifier(f.Context())
	h.must(err)
	checkpoint, err = h.log.Newest(f.Context())
	h.must(err)
	return r.JSON(), key, checkpoint
}

// Whatever is handed in as a receipt: nothing falls over, what is read writes
// itself back, and nothing is proven but what the one good receipt proves.
func FuzzReceipt(f *testing.F) {
	good, key, _ := seeds(f)
	f.Add(good)
	f.Add([]byte(`{"format":"wangban-receipt/1","said":"","salt":"","proof":"c2sp.org/tlog-proof@v1\nindex 0\n\nx\n1\n","log":""}`))
	read, err := ledger.ReadReceipt(good)
	if err != nil {
		f.Fatal(err)
	}
	only, err := read.Check(key)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := ledger.ReadReceipt(text)
		if err != nil {
			return
		}
		if again, err := ledger.ReadReceipt(r.JSON()); err != nil || again.Said != r.Said || again.Proof != r.Proof {
			t.Errorf("%v: %q", err, r.JSON())
		}
		if p, err := r.Check(key); err == nil && (p.Header != only.Header || p.Index != only.Index || p.Checkpoint != only.Checkpoint) {
			t.Errorf("proves something else: %+v", p)
		}
		_, _ = r.Check("")
	})
}

// FuzzCheckpoint: a checkpoint that opens is the one that was signed.
func FuzzCheckpoint(f *testing.F) {
	_, key, good := seeds(f)
	v, err := note.NewVerifier(key)
	if err != nil {
		f.Fatal(err)
	}
	only, err := ledger.OpenCheckpoint(good, v)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("a\n1\n" + strings.Repeat("A", 43) + "=\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := ledger.OpenCheckpoint(text, v); err == nil && c != only {
			t.Errorf("%+v", c)
		}
	})
}

// FuzzTilePath: an address is a tile or it is not.
func FuzzTilePath(f *testing.F) {
	h := openHouse(f, dbtest.SQLite(f, tables...))
	h.fill(2, 2)
	h.integrate()
	for _, seed := range []string{"0/000.p/4", "entries/000.p/4", "1/x001/000", "data/000"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		b, err := h.log.Tile(t.Context(), path)
		if err != nil && !errors.Is(err, ledger.ErrNoFile) || err == nil && len(b) == 0 {
			t.Errorf("%q: %d bytes, %v", path, len(b), err)
		}
	})
}
