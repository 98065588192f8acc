package main

import (
	"context"
	"errors"
	"fmt"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/document"
	"wangban/internal/document/pdf"
	"wangban/internal/item"
	"wangban/internal/licence"
	"wangban/internal/seal"
)

func (in *installation) openLicences() *licence.Room {
	return licence.New(licence.Options{DB: in.db, Items: in.items, Now: in.now, Make: in.makeLicence, Keep: in.keep,
		Use: func(ctx context.Context, tx db.Tx, holder, hash string) error {
			return in.files.Use(ctx, tx, holder, hash)
		},
		Region: func() string { return in.county.Region }, Province: func() string { return in.county.Province }, Registrar: func() string { return in.county.Registrar },
		Office: func() string { return in.county.Name.ZH }, OfficeID: func() string { return in.county.USCC }, BaseURL: func() string { return in.settings.URL },
		Case: func(ctx context.Context, id string) (casework.State, *item.Item, error) { return in.door.Get(ctx, id) },
		Sign: in.authority.SignQR, Key: in.authority.QRKey, Keys: in.authority.QRKeys, Certificates: in.authority.QRCertificates,
		Inspect: in.inspectLicence, Workdays: in.calendar.Between,
		Vault: in.vault,
		Towns: func() map[string]string {
			towns := map[string]string{}
			for code, town := range in.county.Towns {
				towns[code] = town.Name
			}
			return towns
		},
	})
}

// sealPlace is where a document of an item shows the administration's seal:
// its block sign: office. Without one, the seal is in the file only.
const sealPlace = "office"

// makeLicence lays a licence out, puts the data in, and seals both.
func (in *installation) makeLicence(ctx context.Context, p licence.Paper) ([]byte, error) {
	made, err := in.issued(p.State, p.Item, p.Document, p.Row, p.Extra, p.Pictures)
	var lacks document.LackError
	switch {
	case errors.As(err, &lacks):
		in.log.Warn("a licence cannot be made before there is a font with its rare characters; the case's page names them", "case", p.State.ID) // not here: they are part of a name
		return nil, fmt.Errorf("%w %w", licence.ErrCharacters, err)
	case err != nil:
		return nil, err
	}
	file, err := pdf.Attach(made.PDF, pdf.Attachment{Name: licence.DataName, Type: "application/json", About: "证照数据", Content: p.Data, At: p.At})
	if err != nil {
		return nil, err
	}
	sealed, err := in.authority.SealOffice(ctx, seal.Request{PDF: file, Name: in.county.Name.ZH, Reason: "核发电子证照", Facts: p.Facts,
		Box: seal.Box(made.Boxes[sealPlace]), At: in.now()})
	return sealed.PDF, err
}

// inspectLicence tells what a document says of itself.
func (in *installation) inspectLicence(file []byte) (licence.Inspected, error) {
	report, err := seal.Verify(file, in.authority.Roots())
	if err != nil {
		return licence.Inspected{}, err
	}
	last := report.Signatures[len(report.Signatures)-1]
	found := licence.Inspected{Signer: last.Signer, At: last.Stamped, Genuine: report.Genuine(), Test: last.Test, Problem: last.Problem}
	data, ok, err := pdf.Attached(file, licence.DataName)
	if ok {
		found.Data = data
	}
	if err != nil {
		return found, errors.Join(licence.ErrNotOurs, err)
	}
	return found, nil
}
