package signing_test

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
	"wangban/internal/signing"
	"wangban/internal/signing/face"
	"wangban/internal/signing/signingtest"
)

// person is the legal representative with a phone and a link.
type person struct {
	*signingtest.Case
	token string
	v     signing.Visitor
}

func receives(c *signingtest.Case, session string) *person {
	return &person{c, c.Token(), signing.Visitor{Session: session}}
}

func (p *person) look() signing.Invitation {
	p.Helper()
	inv, err := p.Room.Look(p.Context(), p.token, p.v)
	p.Must(err)
	return inv
}

// proveNumber takes the code that the phone has received.
func (p *person) proveNumber() {
	p.Helper()
	p.Must(p.Room.SendSignerCode(p.Context(), p.token, p.v))
	p.Must(p.Room.TakeCode(p.Context(), p.token, p.v, p.Codes[signingtest.RepMobile]))
}

// prove goes all the way to the document.
func (p *person) prove() {
	p.Helper()
	p.proveNumber()
	p.Must(p.Room.TakePicture(p.Context(), p.token, p.v, signingtest.Drawing(80, 60), true))
}

func (p *person) handIn(key string) signing.Signing {
	p.Helper()
	_, digest, err := p.Room.Read(p.Context(), p.token, p.v)
	p.Must(err)
	return signing.Signing{Key: key, Digest: digest, Name: "龚䶮", Agreed: true}
}

func refusedAs(t testing.TB, err error, code casework.Code) {
	t.Helper()
	var r *casework.Refusal
	if !errors.As(err, &r) || r.Code != code {
		t.Errorf("%v, where %s was expected", err, code)
	}
}

func is(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%v, where %v was expected", err, want)
	}
}

func both(t *testing.T, test func(h *signingtest.House)) {
	t.Helper()
	dbtest.Both(t, signingtest.Migrations, func(t *testing.T, d *db.DB) { test(signingtest.Open(t, d, nil)) })
}

// An officer's word opens the way to the document for every session that has
// the code, for half an hour, and only in the request it was given for.
// covers: C-25, R-064
func TestCounter(t *testing.T) {
	both(t, func(h *signingtest.House) {
		c := h.Apply("agent", nil)
		p := receives(c, "window")
		p.proveNumber()
		c.Vouch()
		if inv := p.look(); inv.Step != signing.StepSign {
			t.Fatalf("seen at the counter, the signer stands at %s", inv.Step)
		}
		if inv := receives(c, "stranger").look(); inv.Step != signing.StepCode {
			t.Errorf("a stranger stands at %s", inv.Step)
		}
		c.Do("recall", casework.Data{})
		c.Do("submit", casework.Data{})
		h.Wait(time.Minute)
		p = receives(c, "window")
		p.proveNumber()
		if inv := p.look(); inv.Step != signing.StepIdentity {
			t.Errorf("the word for the request before opens %s", inv.Step)
		}
		c.Vouch()
		_, err := h.Room.Sign(h.Context(), p.token, p.v, p.handIn("k"))
		h.Must(err)
		if _, ok, err := h.Room.Copy(h.Context(), p.token, p.v); !ok || err != nil {
			t.Errorf("the copy where it was signed: %v, %v", ok, err)
		}
		proofs := c.State().Signature.Proofs
		if len(proofs) != 2 || proofs[1].Method != "counter" || proofs[1].Voucher().ID != "chenyan" || h.Sealed[0].Method != face.Counter {
			t.Errorf("signed with %+v by %s", proofs, h.Sealed[0].Method)
		}
	})
}

// From the link to the signed letter; what the signature says is what the
// person saw, and the case waits for review in the same instant.
// covers: T9, R-064, R-066, R-068
func TestSigning(t *testing.T) {
	both(t, func(h *signingtest.House) {
		p := receives(h.Apply("agent", nil), "phone")
		inv := p.look()
		if inv.Step != signing.StepCode || inv.Unit != "舒城县龙舒茶业有限公司" || inv.Agent != "王*" || inv.Mobile != "138****8000" ||
			inv.Title != "法定代表人授权委托书" || !inv.Due.Equal(signingtest.Friday.Add(48*time.Hour)) || inv.Own || inv.End != "" {
			t.Fatalf("the link leads to %+v", inv)
		}
		_, _, err := p.Room.Read(t.Context(), p.token, p.v)
		is(t, err, signing.ErrStep)
		_, err = p.Room.Sign(t.Context(), p.token, p.v, signing.Signing{Key: "k", Name: "龚䶮", Agreed: true})
		is(t, err, signing.ErrStep)
		is(t, p.Room.TakePicture(t.Context(), p.token, p.v, signingtest.Drawing(80, 60), true), signing.ErrStep)

		p.proveNumber()
		if inv := p.look(); inv.Step != signing.StepIdentity || !slices.Equal(inv.Methods, []face.Method{face.CameraEvidence}) {
			t.Fatalf("after the code: %+v", inv)
		}
		_, _, err = p.Room.Read(t.Context(), p.token, p.v)
		is(t, err, signing.ErrStep)
		is(t, p.Room.TakePicture(t.Context(), p.token, p.v, nil, true), signing.ErrPicture)
		is(t, p.Room.TakePicture(t.Context(), p.token, p.v, []byte("GIF89a"), true), signing.ErrFormat)
		var large *signing.Problem
		if err := p.Room.TakePicture(t.Context(), p.token, p.v, make([]byte, face.MaxCapture+1), true); !errors.As(err, &large) || large.Field != "picture" {
			t.Errorf("a picture too large: %v", err)
		}
		p.Must(p.Room.TakePicture(t.Context(), p.token, p.v, signingtest.Drawing(80, 60), true))

		in := p.handIn("k")
		in.Drawing = "data:image/png;base64," + base64.StdEncoding.EncodeToString(signingtest.Drawing(400, 200))
		receipt, err := p.Room.Sign(t.Context(), p.token, p.v, in)
		p.Must(err)
		if receipt.To != "review" || receipt.Replayed {
			t.Errorf("receipt %+v", receipt)
		}
		s := p.State()
		if shown, _ := s.Signature.Proofs[1].Detail["view"].(string); h.Files[shown] == nil {
			t.Error("the reviewer has no picture to look at")
		}
		sealed := h.Sealed[0]
		if s.Stage != "review" || s.Token != "" || s.Signature.Serial != "01" || s.Signature.File.Name != "法定代表人授权委托书.pdf" || len(s.Signature.Proofs) != 2 {
			t.Errorf("the case is %+v", s.Signature)
		}
		if sealed.Signer != "龚䶮" || sealed.SignerID != "342***********0008" || sealed.Method != face.CameraEvidence || sealed.Facts["单位名称"] != "舒城县龙舒茶业有限公司" ||
			len(sealed.Facts) != 7 || !strings.Contains(sealed.Facts["身份核验方式"], "未做人脸比对") || sealed.Box.Page != 1 || len(sealed.Drawing) == 0 || sealed.CaseNumber != s.Number {
			t.Errorf("sealed %+v", sealed)
		}
		if n := h.Messages(); n["signed"] != 1 || n["sign-request"] != 1 {
			t.Errorf("told %v", n)
		}
	})
}

// covers: C-01
func TestLinkUsedTwice(t *testing.T) {
	both(t, func(h *signingtest.House) {
		p := receives(h.Apply("agent", nil), "phone")
		p.prove()
		in := p.handIn("k")
		first, err := p.Room.Sign(t.Context(), p.token, p.v, in)
		p.Must(err)
		again, err := p.Room.Sign(t.Context(), p.token, p.v, in)
		p.Must(err)
		if !again.Replayed || again.Seq != first.Seq {
			t.Errorf("the same key: %+v", again)
		}
		in.Key = "another"
		_, err = p.Room.Sign(t.Context(), p.token, p.v, in)
		refusedAs(t, err, casework.CodeLapsed)
		_, err = p.Room.Refuse(t.Context(), p.token, p.v, "r", nil, "")
		refusedAs(t, err, casework.CodeLapsed)
		refusedAs(t, p.Room.SendSignerCode(t.Context(), p.token, p.v), casework.CodeLapsed)
		if inv := p.look(); inv.End != signing.Signed || inv.Newer || len(h.Sealed) != 1 || h.Messages()["signed"] != 1 {
			t.Errorf("%s, sealed %d, told %v", inv.End, len(h.Sealed), h.Messages())
		}
		if _, ok, err := p.Room.Copy(t.Context(), p.token, p.v); !ok || err != nil {
			t.Errorf("the signer's copy: %v, %v", ok, err)
		}
		for _, other := range []signing.Visitor{{}, {Session: "stranger"}, {Session: "agent"}} {
			if _, ok, err := p.Room.Copy(t.Context(), p.token, other); ok || err != nil {
				t.Errorf("a copy for %+v: %v", other, err)
			}
		}
		h.Wait(24 * time.Hour)
		if _, ok, _ := p.Room.Copy(t.Context(), p.token, p.v); ok {
			t.Error("the copy can be fetched for ever")
		}
	})
}

// Two hands on one button: one signature.
// covers: C-01
func TestSignedTwiceAtOnce(t *testing.T) {
	both(t, func(h *signingtest.House) {
		p := receives(h.Apply("agent", nil), "phone")
		p.prove()
		in := p.handIn("k")
		var done sync.WaitGroup
		receipts := make([]casework.Receipt, 2)
		for i := range receipts {
			done.Go(func() {
				var err error
				if receipts[i], err = p.Room.Sign(t.Context(), p.token, p.v, in); err != nil {
					t.Error(err)
				}
			})
		}
		done.Wait()
		if receipts[0].Seq != receipts[1].Seq || h.Messages()["signed"] != 1 {
			t.Errorf("%+v, told %v", receipts, h.Messages())
		}
	})
}

// The agent may pass the link on, and is kept from signing by every way in
// which the session is theirs.
// covers: C-03, R-071
func TestAgentCannotSign(t *testing.T) {
	both(t, func(h *signingtest.House) {
		c := h.Apply("agent", nil)
		token := c.Token()
		for name, v := range map[string]signing.Visitor{
			"session that applied": {Session: "agent"},
			"account that applied": {Session: "other", Person: "agent"},
			"opened by a code":     {Session: "other", Cases: []string{c.ID}},
		} {
			inv, err := h.Room.Look(t.Context(), token, v)
			h.Must(err)
			if !inv.Own {
				t.Errorf("%s: not recognised", name)
			}
			refusedAs(t, h.Room.SendSignerCode(t.Context(), token, v), casework.CodeOwnSession)
			refusedAs(t, h.Room.TakeCode(t.Context(), token, v, "000000"), casework.CodeOwnSession)
			_, err = h.Room.Refuse(t.Context(), token, v, "k", nil, "")
			refusedAs(t, err, casework.CodeOwnSession)
			_, err = h.Door.Do(t.Context(), c.ID, casework.Input{Act: "sign", Key: "k", Actor: casework.Actor{
				Kind: casework.Signer, ID: v.Person, Session: v.Session, Cases: v.Cases}})
			refusedAs(t, err, casework.CodeOwnSession)
		}
		if len(h.Codes) != 0 {
			t.Error("a code was sent")
		}
	})
}

// Somebody else with the link learns the unit and the masked agent, and gets
// no further without the phone.
// covers: C-03
func TestStranger(t *testing.T) {
	both(t, func(h *signingtest.House) {
		c := h.Apply("agent", nil)
		h.Apply("agent2", form.Values{"agent.name": "李雷", "agent.id_no": "341523198512319996", "agent.mobile": "16612345678"})
		p := receives(c, "stranger")
		if inv := p.look(); inv.Others != nil || inv.Changed != nil {
			t.Errorf("a stranger is told of %v %v", inv.Others, inv.Changed)
		}
		p.Must(p.Room.SendSignerCode(t.Context(), p.token, p.v))
		wrong := "000000"
		if h.Codes[signingtest.RepMobile] == wrong {
			wrong = "000001"
		}
		var refusal *account.Refusal
		for range 6 {
			if err := p.Room.TakeCode(t.Context(), p.token, p.v, wrong); !errors.As(err, &refusal) {
				t.Fatalf("a wrong code: %v", err)
			}
		}
		if err := p.Room.TakeCode(t.Context(), p.token, p.v, h.Codes[signingtest.RepMobile]); !errors.As(err, &refusal) {
			t.Errorf("the right code after five wrong ones: %v", err)
		}
		if err := p.Room.SendSignerCode(t.Context(), p.token, p.v); !errors.As(err, &refusal) {
			t.Errorf("a second code at once: %v", err)
		}
		h.Wait(time.Minute)
		p.proveNumber()
		if inv := p.look(); len(inv.Others) != 1 || inv.Others[0].Agent != "李雷" || inv.Others[0].Cell != "166****5678" || !inv.Others[0].At.Equal(signingtest.Friday) || inv.Agent != "王𠅤" || inv.Cell != "159****5678" {
			t.Errorf("the other request: %v", inv.Others)
		}
		// the proof belongs to this session and to this link
		other := &person{c, p.token, signing.Visitor{Session: "second phone"}}
		if step := other.look().Step; step != signing.StepCode {
			t.Errorf("another session stands at %s", step)
		}
		_, err := h.Room.Look(t.Context(), "notalink0000", p.v)
		is(t, err, signing.ErrNoLink)
	})
}

// A proof is good for half an hour: a page left open signs nothing tomorrow.
//
func TestProofsAge(t *testing.T) {
	both(t, func(h *signingtest.House) {
		p := receives(h.Apply("agent", nil), "phone")
		p.prove()
		in := p.handIn("k")
		h.Wait(30 * time.Minute)
		_, err := p.Room.Sign(t.Context(), p.token, p.v, in)
		is(t, err, signing.ErrStep)
		p.proveNumber()
		if step := p.look().Step; step != signing.StepIdentity {
			t.Errorf("after a new code the session stands at %s", step)
		}
	})
}

// What was read is what is signed: a digest of anything else is refused, and
// the facts that have changed since the last signature are named.
// covers: R-076, C-10, T20
func TestDocumentChanged(t *testing.T) {
	both(t, func(h *signingtest.House) {
		c := h.Apply("agent", nil)
		p := receives(c, "phone")
		p.prove()
		in := p.handIn("k")
		if changed := p.look().Changed; changed != nil {
			t.Errorf("nothing was signed before, and yet %v has changed", changed)
		}
		in.Digest = strings.Repeat("0", 64)
		_, err := p.Room.Sign(t.Context(), p.token, p.v, in)
		refusedAs(t, err, casework.CodeDocument)
		_, err = p.Room.Sign(t.Context(), p.token, p.v, p.handIn("k"))
		p.Must(err)
		c.Do("withdraw", casework.Data{})
		c.Do(casework.ActSave, casework.Data{Values: form.Values{"rep.mobile": "13900139000"}})
		c.Do("submit", casework.Data{})
		next := receives(c, "phone")
		h.Wait(time.Minute)
		next.Must(next.Room.SendSignerCode(t.Context(), next.token, next.v))
		next.Must(next.Room.TakeCode(t.Context(), next.token, next.v, h.Codes["13900139000"]))
		if changed := next.look().Changed; !slices.Equal(changed, []string{"法定代表人手机号"}) {
			t.Errorf("changed: %v", changed)
		}
	})
}

// Each opening is kept for the signer to see; a page loaded again is not
// another one, and a dead link has none.
// covers: T7, C-03
func TestOpenings(t *testing.T) {
	both(t, func(h *signingtest.House) {
		c := h.Apply("agent", nil)
		p := receives(c, "phone")
		p.look()
		if n := len(p.look().Openings); n != 0 {
			t.Errorf("looking has made %d openings", n)
		}
		open := func(session, device string) {
			t.Helper()
			p.Must(p.Room.Opened(t.Context(), p.token, signing.Visitor{Session: session}, device))
		}
		open("agent", "computer")
		h.Wait(time.Minute)
		open("phone", "iphone")
		open("phone", "iphone")
		h.Wait(time.Hour)
		open("phone", "iphone")
		got := p.look().Openings
		if len(got) != 3 || !got[0].Here || got[0].Device != "iphone" || !got[2].Agent || got[2].Device != "computer" || got[2].Here {
			t.Errorf("openings %+v", got)
		}
		p.Must(p.Room.Opened(t.Context(), "notalink0000", p.v, "iphone"))
		c.Do("recall", casework.Data{})
		open("late", "iphone")
		if n := len(p.look().Openings); n != 0 {
			t.Errorf("%d openings of a dead link", n)
		}
	})
}

// What a person hands in wrongly is told beside its field, before anything is
// sealed.
func TestHandedInWrongly(t *testing.T) {
	h := signingtest.Open(t, dbtest.SQLite(t, signingtest.Migrations...), nil)
	p := receives(h.Apply("agent", nil), "phone")
	p.prove()
	right := p.handIn("k")
	for name, row := range map[string]struct {
		change func(*signing.Signing)
		want   *signing.Problem
	}{
		"not agreed":        {func(s *signing.Signing) { s.Agreed = false }, signing.ErrAgree},
		"nothing":           {func(s *signing.Signing) { s.Name = "" }, signing.ErrEmpty},
		"another name":      {func(s *signing.Signing) { s.Name = "王五" }, signing.ErrName},
		"broken drawing":    {func(s *signing.Signing) { s.Drawing = "data:image/png;base64,AAAA" }, signing.ErrDrawing},
		"drawing of no pen": {func(s *signing.Signing) { s.Drawing = "javascript:alert(1)" }, signing.ErrDrawing},
	} {
		in := right
		row.change(&in)
		if _, err := p.Room.Sign(t.Context(), p.token, p.v, in); !errors.Is(err, row.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(h.Sealed) != 0 {
		t.Error("something was sealed")
	}
	right.Name = " 龚 䶮 " // as people type it
	_, err := p.Room.Sign(t.Context(), p.token, p.v, right)
	p.Must(err)
	if h.Sealed[0].TypedName != "龚䶮" || h.Sealed[0].Drawing != nil {
		t.Errorf("sealed %+v", h.Sealed[0])
	}
}
