package signing_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/signing"
	"wangban/internal/signing/face"
	"wangban/internal/signing/signingtest"
	"wangban/simulators/facecloud"
	"wangban/simulators/signature"
)

// company is the verification company behind a socket.
func company(t *testing.T, now func() time.Time) (*facecloud.Cloud, *face.Aliyun) {
	t.Helper()
	cloud := facecloud.New(facecloud.Settings{Keys: signature.Keys{"LTAI": "face-secret"}, SceneIDs: []string{"1000000006"}})
	server := httptest.NewServer(cloud)
	t.Cleanup(func() { server.Close(); cloud.Close() })
	verifier, err := face.NewAliyun(face.Config{Endpoint: server.URL, AccessKeyID: "LTAI", AccessKeySecret: "face-secret",
		SceneID: 1000000006, MetaInfo: `{"deviceType":"h5"}`, Now: now, WallClock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return cloud, verifier
}

// faceHouse is a house with the company; its clock exists before the house.
func faceHouse(t *testing.T, d *db.DB) (*signingtest.House, *facecloud.Cloud) {
	t.Helper()
	var h *signingtest.House
	cloud, verifier := company(t, func() time.Time { return h.Now() })
	h = signingtest.Open(t, d, verifier)
	return h, cloud
}

// atCompany goes to the company's page and chooses what the camera sees; it
// tells where the browser was sent back to.
func (p *person) atCompany(choice string) *url.URL {
	p.Helper()
	address, err := p.Room.StartFace(p.Context(), p.token, p.v, false, true)
	p.Must(err)
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := browser.PostForm(address, url.Values{"choice": {choice}})
	p.Must(err)
	_, _ = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	back, err := answer.Location()
	p.Must(err)
	return back
}

// covers: R-064, T9
func TestFacePasses(t *testing.T) {
	dbtest.Both(t, signingtest.Migrations, func(t *testing.T, d *db.DB) {
		h, _ := faceHouse(t, d)
		p := receives(h.Apply("agent", nil), "phone")
		_, err := p.Room.StartFace(t.Context(), p.token, p.v, false, true)
		is(t, err, signing.ErrStep)
		p.proveNumber()
		if inv := p.look(); !slices.Equal(inv.Methods, []face.Method{face.FaceProvider, face.CameraEvidence}) {
			t.Errorf("offered %v", inv.Methods)
		}
		_, err = p.Room.StartFace(t.Context(), p.token, p.v, false, false)
		is(t, err, signing.ErrFaceConsent)
		_, err = p.Room.FaceDone(t.Context(), p.token, p.v)
		is(t, err, signing.ErrStep) // coming back from nowhere
		back := p.atCompany("pass")
		if back.Path != "/s/"+p.token+"/face" || !strings.HasPrefix(back.String(), h.BaseURL) {
			t.Errorf("sent back to %s", back)
		}
		if inv := p.look(); inv.Step != signing.StepIdentity {
			t.Errorf("coming back alone leads to %s", inv.Step)
		}
		result, err := p.Room.FaceDone(t.Context(), p.token, p.v)
		if err != nil || result != nil {
			t.Fatalf("%+v, %v", result, err)
		}
		_, err = p.Room.Sign(t.Context(), p.token, p.v, p.handIn("k"))
		p.Must(err)
		proofs := p.State().Signature.Proofs
		if len(proofs) != 2 || proofs[1].Method != string(face.FaceProvider) || proofs[1].Detail["similarity"] == nil || proofs[1].Detail["consent"] != signing.FaceConsent.Version() || h.Sealed[0].Method != face.FaceProvider {
			t.Errorf("proofs %+v", proofs)
		}
	})
}

// Five failures in a day lock every way of checking until the next; trouble
// that is not the person's does not count, and asking twice counts once.
// covers: T8, C-03
func TestFaceFailsTooOften(t *testing.T) {
	dbtest.Both(t, signingtest.Migrations, func(t *testing.T, d *db.DB) {
		h, _ := faceHouse(t, d)
		p := receives(h.Apply("agent", nil), "phone")
		p.proveNumber()
		for _, left := range []string{"cancel", "time-out"} {
			p.atCompany(left)
			if result, err := p.Room.FaceDone(t.Context(), p.token, p.v); err != nil || !result.Pending {
				t.Fatalf("%+v, %v", result, err)
			}
		}
		for range 5 {
			p.atCompany("other-person")
			for range 2 {
				if result, err := p.Room.FaceDone(t.Context(), p.token, p.v); err != nil || result.Code != face.CodeNotSamePerson {
					t.Fatalf("%+v, %v", result, err)
				}
			}
		}
		_, err := p.Room.StartFace(t.Context(), p.token, p.v, false, true)
		refusedAs(t, err, casework.CodeTooMany)
		refusedAs(t, p.Room.TakePicture(t.Context(), p.token, p.v, signingtest.Drawing(80, 60), true), casework.CodeTooMany)
		h.Set(signingtest.Friday.Add(15*time.Hour - time.Second))
		p.proveNumber()
		_, err = p.Room.StartFace(t.Context(), p.token, p.v, false, true)
		refusedAs(t, err, casework.CodeTooMany)
		h.Wait(time.Second) // midnight
		p.atCompany("pass")
		if result, err := p.Room.FaceDone(t.Context(), p.token, p.v); err != nil || result != nil {
			t.Errorf("the next day: %+v, %v", result, err)
		}
	})
}

// The check begins in time and ends too late: it signs nothing.
// covers: C-05
func TestFaceTooLate(t *testing.T) {
	dbtest.Both(t, signingtest.Migrations, func(t *testing.T, d *db.DB) {
		h, _ := faceHouse(t, d)
		p := receives(h.Apply("agent", nil), "phone")
		h.Wait(48*time.Hour - time.Minute)
		p.proveNumber()
		p.atCompany("pass")
		h.Wait(time.Minute)
		_, err := p.Room.FaceDone(t.Context(), p.token, p.v)
		refusedAs(t, err, casework.CodeLapsed)
	})
}

// When the company is out of order, or the authority has no photo, the person
// is told so, nothing counts, and the other way stays open.
func TestFaceOutOfOrder(t *testing.T) {
	h, cloud := faceHouse(t, dbtest.SQLite(t, signingtest.Migrations...))
	p := receives(h.Apply("agent", nil), "phone")
	p.proveNumber()
	cloud.Set(func(s *facecloud.Settings) { s.Down = 1 })
	_, err := p.Room.StartFace(t.Context(), p.token, p.v, false, true)
	if refusal, ok := err.(*face.Error); !ok || refusal.Code != face.CodeSourceDown {
		t.Errorf("%v", err)
	}
	p.atCompany("no-photo")
	if result, err := p.Room.FaceDone(t.Context(), p.token, p.v); err != nil || result.Code != face.CodeNoPhoto {
		t.Fatalf("%+v, %v", result, err)
	}
	if n := len(p.State().LastAct["identify_failed"]); n != 0 {
		t.Errorf("%d failures are counted", n)
	}
	p.Must(p.Room.TakePicture(t.Context(), p.token, p.v, signingtest.Drawing(80, 60), true))
}

// Nobody's face is taken without consent of its own; which text was agreed to
// stands with the proof.
// covers: C-25
func TestConsentToTheFace(t *testing.T) {
	both(t, func(h *signingtest.House) {
		p := receives(h.Apply("agent", nil), "phone")
		p.proveNumber()
		is(h, p.Room.TakePicture(h.Context(), p.token, p.v, signingtest.Drawing(80, 60), false), signing.ErrPictureConsent)
		if inv := p.look(); inv.Step != signing.StepIdentity {
			t.Fatalf("without consent the signer stands at %s", inv.Step)
		}
		p.Must(p.Room.TakePicture(h.Context(), p.token, p.v, signingtest.Drawing(80, 60), true))
		_, err := h.Room.Sign(h.Context(), p.token, p.v, p.handIn("k"))
		h.Must(err)
		detail := p.State().Signature.Proofs[1].Detail
		if detail["consent"] != signing.PictureConsent.Version() || detail["consented"] != h.Now().UTC().Format(time.RFC3339) {
			t.Errorf("the proof says %v", detail)
		}
	})
}
