package licence

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/skip2/go-qrcode"

	"wangban/internal/form"
)

// qrModule is a module of the picture in pixels. The picture is as large as
// whole modules make it, which readers need: at 30 mm it has more than 300 dpi.
const qrModule = 6

// VerifyURL is what the QR code of a licence holds: an address of the portal,
// and behind the # what proves the licence without it.
func (r *Room) VerifyURL(l Licence) (string, error) {
	address := r.BaseURL() + "/v/" + l.Code
	if r.Sign == nil || l.Unsigned { // what was not issued here is not signed as if it were
		return address, nil
	}
	proof, err := prove(proofOf(l), r.Key(), r.Sign)
	return address + "#" + proof, err
}

// PDF is the licence as a document, in its newest version. It is made the first
// time somebody asks for it, which keeps the act quick, and stored: everyone
// gets the same file from then on. Who may have it is decided by the caller;
// what it holds is more than Public.
func (r *Room) PDF(ctx context.Context, number string) (form.File, error) {
	l, ok, err := r.Find(ctx, number)
	switch {
	case err != nil:
		return form.File{}, err
	case !ok:
		return form.File{}, ErrUnknown
	case l.Status == Suspended:
		return form.File{}, ErrSuspended
	case l.Status != Valid && l.Status != Expired:
		return form.File{}, ErrEnded
	case l.Document == "":
		return form.File{}, ErrNoDocument
	case l.File.Hash != "":
		return l.File, nil
	}
	made, err := r.makePDF(ctx, l)
	if err != nil {
		return form.File{}, fmt.Errorf("make licence %s: %w", l.Number, err)
	}
	// Two may have made it at the same time; the first stored is the one.
	return r.storeFile(ctx, l.Number, l.Version, made)
}

func (r *Room) makePDF(ctx context.Context, l Licence) (form.File, error) {
	s, it, err := r.shown(ctx, l)
	if err == nil {
		s, err = r.since(ctx, l, s, it)
	}
	if err != nil {
		return form.File{}, err
	}
	content, err := r.VerifyURL(l)
	if err != nil {
		return form.File{}, err
	}
	qr, err := qrcode.Encode(content, qrcode.Medium, -qrModule)
	if err != nil {
		return form.File{}, err
	}
	data, err := json.MarshalIndent(r.data(l, content), "", "  ")
	if err != nil {
		return form.File{}, err
	}
	row := 0
	if of := recordOf(it, s, l.Record); of != nil {
		row = of.n
	}
	pdf, err := r.Make(ctx, Paper{
		State: s, Item: it, Document: l.Document, Row: row, At: l.Made, Data: data, Pictures: map[string][]byte{"qr": qr},
		Facts: map[string]string{"证照编号": l.Number, "持证单位": l.Unit, "版本": fmt.Sprint(l.Version)},
		Extra: map[string]any{
			"url": r.BaseURL() + "/v/" + l.Code,
			"licence": map[string]any{
				"number": l.Number, "office": r.Office(), "date": spoken(l.Made), "issued": spoken(l.Issued), "from": spoken(l.From),
				"until": until(l.Public), "version": l.Version, "identifier": l.Identifier(), "holder": l.Unit, "holder_code": l.USCC,
			},
		},
	})
	if err != nil {
		return form.File{}, err
	}
	return r.Keep(ctx, l.Number+".pdf", "application/pdf", pdf)
}

func spoken(t time.Time) string { return t.In(form.Shanghai).Format("2006年1月2日") }

// until is the end as documents say it.
func until(p Public) string {
	if p.Until.IsZero() {
		return "长期"
	}
	return spoken(p.Last())
}

// DataName is what the data in a document is called.
const DataName = "licence.json"

// Data is what machines read from a document: the same as people, and what
// proves it. Days are in Shanghai.
type Data struct {
	Format       string `json:"format"`
	Number       string `json:"number"`
	Version      int    `json:"version"`
	Title        string `json:"title"`
	Kind         string `json:"kind"`
	Holder       string `json:"holder"`
	USCC         string `json:"uscc,omitempty"`
	Identifier   string `json:"identifier,omitempty"` // GB/T 36904
	Office       string `json:"office"`
	Issued       string `json:"issued"`
	Made         string `json:"made"`
	From         string `json:"from"`
	Last         string `json:"last,omitempty"` // last day; missing: no end
	Facts        []Fact `json:"facts"`
	Code         string `json:"code"`
	QR           string `json:"qr"`                     // whole content of the QR code
	Certificates string `json:"certificates,omitempty"` // PEM, of the keys that sign QR codes
}

const dataFormat = "wangban-licence/1"

func (r *Room) data(l Licence, qr string) Data {
	day := func(t time.Time) string { return t.In(form.Shanghai).Format(time.DateOnly) }
	d := Data{Format: dataFormat, Number: l.Number, Version: l.Version, Title: l.Title, Kind: l.Kind, Holder: l.Unit, USCC: l.USCC, Identifier: l.Identifier(), Office: r.Office(),
		Issued: day(l.Issued), Made: day(l.Made), From: day(l.From), Facts: l.Facts, Code: l.Code, QR: qr}
	if !l.Until.IsZero() {
		d.Last = day(l.Last())
	}
	if r.Certificates != nil {
		d.Certificates = string(r.Certificates())
	}
	return d
}

// ReadData reads the data of a document; false when it is none of a licence.
func ReadData(content []byte) (Data, bool) {
	var d Data
	err := json.Unmarshal(content, &d)
	return d, err == nil && d.Format == dataFormat && d.Number != ""
}
