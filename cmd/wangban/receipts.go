package main

import (
	"context"
	"strconv"
	"strings"

	"wangban/internal/document"
	"wangban/internal/form"
	"wangban/internal/ledger"
	"wangban/internal/portal"
	"wangban/internal/seal"
)

// logOrigin names the public log by the address of its files.
func (in *installation) logOrigin() string {
	if origin := ledger.OriginOf(in.settings.URL); origin != "" {
		return origin + "/log"
	}
	return "wangban.invalid/log" // begun by a command that serves nothing
}

// receiptPDF makes a receipt as a document: in words for people, with the
// receipt itself attached for programs, under the administration's seal, that
// of its licences.
func (in *installation) receiptPDF(ctx context.Context, r portal.ReceiptPaper) ([]byte, error) {
	now, c := in.now(), r.Proven.Checkpoint
	office := in.county.Name.ZH
	at := r.Proven.Header.Time().In(form.Shanghai).Format("2006年1月2日 15:04:05")
	made, err := document.Make(ledger.Paper, document.Data{Env: form.Env{}, At: now, Typeface: in.typeface, Extra: map[string]any{
		"receipt.portal": in.county.Portal.ZH, "receipt.office": office, "receipt.number": r.Number, "receipt.item": r.Item, "receipt.act": r.Act,
		"receipt.by": r.By, "receipt.at": at, "receipt.from": r.From, "receipt.to": r.To,
		"receipt.log": c.Origin, "receipt.index": strconv.FormatInt(r.Proven.Index+1, 10), "receipt.size": strconv.FormatInt(c.Size, 10) + " 条",
		"receipt.root": c.Root.String(), "receipt.key": r.Proven.Key, "receipt.verify": strings.TrimSuffix(in.settings.URL, "/") + "/log/verify",
	}})
	if err != nil {
		return nil, err
	}
	paper, err := ledger.Attach(made.PDF, r.Receipt, now)
	if err != nil {
		return nil, err
	}
	signed, err := in.authority.SealOffice(ctx, seal.Request{PDF: paper, Name: office, Reason: "回执",
		Facts: map[string]string{"办件编号": r.Number, "办理的事": r.Act, "记录时间": at}, Box: seal.Box(made.Boxes[sealPlace]), At: now})
	return signed.PDF, err
}

// sealedHere tells whether a PDF was sealed by this installation and has not
// changed since.
func (in *installation) sealedHere(file []byte) bool {
	report, err := seal.Verify(file, in.authority.Roots())
	return err == nil && report.Genuine() && report.Signatures[len(report.Signatures)-1].Signer == in.county.Name.ZH
}
