package licence_test

import (
	"crypto/ed25519"
	"encoding/base32"
	"errors"
	"strings"
	"testing"

	"github.com/skip2/go-qrcode"
	"pgregory.net/rapid"

	"wangban/internal/db/dbtest"
	"wangban/internal/licence"
)

var keys = []ed25519.PublicKey{ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)).Public().(ed25519.PublicKey), issuerKey.Public().(ed25519.PublicKey)}

// The QR code proves by itself what was issued, and nothing that was changed.
func TestProof(t *testing.T) {
	o := open(t, dbtest.SQLite(t, rooms...))
	l := o.issueFor(t, "case-1", "5 years")
	content, err := o.VerifyURL(l)
	if err != nil {
		t.Fatal(err)
	}
	_, bare, _ := strings.Cut(content, "#")
	for _, typed := range []string{content, bare, strings.ToLower(bare), " " + bare[:40] + "\n" + bare[40:] + "\r\n"} {
		p, err := licence.ReadProof(typed)
		if err != nil || p.By(keys) != 1 || p.Number != l.Number || p.Holder != l.Unit || p.USCC != l.USCC || p.Title != l.Title || p.Version != 1 ||
			!p.Made.Equal(day(2026, 11, 20)) || !p.From.Equal(p.Made) || !p.Last.Equal(day(2031, 11, 19)) {
			t.Fatalf("%+v %v", p, err)
		}
	}
	// A byte that is another is found, wherever it stands.
	code := base32.StdEncoding.WithPadding(base32.NoPadding)
	raw, err := code.DecodeString(bare)
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		raw[i] ^= 1
		if p, err := licence.ReadProof(code.EncodeToString(raw)); err == nil && p.By(keys) >= 0 {
			t.Errorf("byte %d can be changed", i)
		}
		raw[i] ^= 1
	}
	for _, wrong := range []string{"", "#", "https://wb.example.cn/v/abc", bare[:len(bare)-8], bare + "AAAAAAAA", strings.Repeat("A", 5000), bare + "=", "一"} {
		if _, err := licence.ReadProof(wrong); !errors.Is(err, licence.ErrProof) {
			t.Errorf("%.30q: %v", wrong, err)
		}
	}
}

// A code is to be printed at 25 to 30 mm: with the margin of four modules that
// leaves a module 0.3 mm at least, four dots at 300 dpi.
func TestProofIsSmall(t *testing.T) {
	o := open(t, dbtest.SQLite(t, rooms...))
	l := o.issueFor(t, "case-1", "5 years")
	for name, most := range map[string]int{"舒城县城关镇好又多便利店": 11, strings.Repeat("汇", 25): 13, strings.Repeat("汇", 100): 14} {
		l.Unit = name
		content, err := o.VerifyURL(l)
		if err != nil {
			t.Fatal(err)
		}
		q, err := qrcode.New(content, qrcode.Medium)
		if err != nil || q.VersionNumber > most {
			t.Errorf("%d characters in the name: version %d, not %d (%v)", len([]rune(name)), q.VersionNumber, most, err)
		}
		if modules := float64(17 + 4*q.VersionNumber + 8); 25/modules < 0.3 {
			t.Errorf("a module of %.2f mm at 25 mm", 25/modules)
		}
	}
}

// Whatever a name is made of, what is read is what was signed.
func TestProofRoundTrip(t *testing.T) {
	o := open(t, dbtest.SQLite(t, rooms...))
	l := o.issueFor(t, "case-1", "")
	rapid.Check(t, func(rt *rapid.T) {
		l.Unit = rapid.StringOfN(rapid.RuneFrom([]rune("舒城㛃䶮𠅤Ab0（）· '\"")), 0, 40, -1).Draw(rt, "name")
		l.Version = rapid.IntRange(1, 70000).Draw(rt, "version")
		content, err := o.VerifyURL(l)
		if err != nil {
			rt.Fatal(err)
		}
		p, err := licence.ReadProof(content)
		if err != nil || p.By(keys) != 1 || p.Holder != l.Unit || p.Version != l.Version || !p.Last.IsZero() {
			rt.Fatalf("%+v %v", p, err)
		}
	})
}

func FuzzReadProof(f *testing.F) {
	o := open(f, dbtest.SQLite(f, rooms...))
	number, err := o.issue(f.Context(), "case-1", nil)
	if err != nil {
		f.Fatal(err)
	}
	l, _, err := o.Find(f.Context(), number)
	if err != nil {
		f.Fatal(err)
	}
	content, err := o.VerifyURL(l)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{content, content[:len(content)/2], "#AAAA", "AEAAAAAAAEAAAAAAAAAAAAAA"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		p, err := licence.ReadProof(content)
		if err != nil {
			return
		}
		if p.Number == "" || p.Version == 0 || p.Made.IsZero() && p.By(keys) >= 0 {
			t.Errorf("%+v", p)
		}
		if p.By(keys) >= 0 && p.Number != number {
			t.Errorf("nobody has signed this: %+v", p)
		}
	})
}

// Whoever brings the text of a code, learns what became of the licence since.
func TestVerifyText(t *testing.T) {
	o, ctx := open(t, dbtest.SQLite(t, rooms...)), t.Context()
	l := o.issueFor(t, "case-1", "5 years")
	content, err := o.VerifyURL(l)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.act(ctx, "replace", l.Number, nil, nil); err != nil {
		t.Fatal(err)
	}
	if _, p, err := o.VerifyText(ctx, content); err != nil || p.Seen != 1 || p.Version != 2 || p.Status != licence.Valid {
		t.Errorf("%+v %v", p, err)
	}
	if _, err := o.act(ctx, "cancel", l.Number, nil, nil); err != nil {
		t.Fatal(err)
	}
	if _, p, err := o.VerifyText(ctx, content); err != nil || p.Status != licence.Cancelled {
		t.Errorf("%+v %v", p, err)
	}
	stranger := open(t, dbtest.SQLite(t, rooms...))
	stranger.Keys = func() []ed25519.PublicKey { return keys[:1] }
	if _, p, err := stranger.VerifyText(ctx, content); !errors.Is(err, licence.ErrForged) || p.Number != "" {
		t.Error(p, err)
	}
	if _, _, err := o.VerifyText(ctx, "nothing"); !errors.Is(err, licence.ErrProof) {
		t.Error(err)
	}
}
