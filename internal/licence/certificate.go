package licence

import (
	"context"
	"fmt"
	"net/url"

	"github.com/skip2/go-qrcode"

	"wangban/internal/form"
)

// qrPixels is the side of the picture: 300 dpi at the 32 mm of a certificate.
const qrPixels = 380

// VerifyURL is the address in the QR code of a licence.
func (r *Room) VerifyURL(l Licence) string {
	return r.BaseURL() + "/licences/" + url.PathEscape(l.Number) + "?code=" + url.QueryEscape(l.Code)
}

// PDF is the licence as a document. It is made the first time somebody asks
// for it, which keeps the issuing act quick, and stored: everyone gets the
// same file from then on. Who may have it is decided by the caller; what it
// holds is more than Public.
func (r *Room) PDF(ctx context.Context, number string) (form.File, error) {
	l, ok, err := r.Find(ctx, number)
	switch {
	case err != nil:
		return form.File{}, err
	case !ok:
		return form.File{}, ErrUnknown
	case l.Status == Withdrawn:
		return form.File{}, ErrWithdrawn
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
	return r.storeFile(ctx, l.Number, made)
}

func (r *Room) makePDF(ctx context.Context, l Licence) (form.File, error) {
	s, it, err := r.Case(ctx, l.Case)
	if err != nil {
		return form.File{}, err
	}
	address := r.VerifyURL(l)
	qr, err := qrcode.Encode(address, qrcode.Medium, qrPixels)
	if err != nil {
		return form.File{}, err
	}
	extra := map[string]any{
		"url": address,
		"licence": map[string]any{
			"number": l.Number, "office": r.Office(), "date": l.Issued.In(form.Shanghai).Format("2006年1月2日"),
		},
	}
	pdf, err := r.Make(ctx, s, it, l.Document, extra, map[string][]byte{"qr": qr})
	if err != nil {
		return form.File{}, err
	}
	return r.Keep(ctx, l.Number+".pdf", "application/pdf", pdf)
}
