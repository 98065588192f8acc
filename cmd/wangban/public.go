package main

import (
	"wangban/internal/document"
	"wangban/internal/portal"
	"wangban/internal/signpages"
	"wangban/internal/web"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/form/sheet"
	"wangban/internal/ledger"
	"wangban/internal/licence"
	"wangban/internal/material"
	"wangban/internal/notify"
	"wangban/internal/phrase"
	"wangban/internal/rating"
	"wangban/internal/registry"
	"wangban/internal/signing"
)

func (in *installation) portal() *portal.Portal {
	return &portal.Portal{
		Door: in.door, Items: in.items, House: in.house, Now: in.now,
		Intake: in.intake, Open: in.files.Open, SendCode: in.accounts.SendFor, CheckCode: in.accounts.Check,
		Grant: in.accounts.Grant, Document: in.draft,
		Accounts: in.accounts, Session: sessionOf, SetCookie: in.setCookie,
		Unit:     func(code string) string { return in.county.Units[code].Name },
		Messages: in.outbox.Of, Box: in.outbox, Materials: in.materials, Licences: in.licences, Papers: in.acts, Log: in.ledger, ReceiptPDF: in.receiptPDF, SealedHere: in.sealedHere, Roots: in.authority.RootCertificates,
		Ratings: in.ratings,
	}
}

func (in *installation) signPages() *signpages.Pages {
	return &signpages.Pages{Signing: in.signing, House: in.house, Picture: document.Pages, Text: in.paperText, Open: in.files.Open, Log: in.log}
}

// addEnglish gives the screens the English of what the rooms below them say,
// of the items, and of the installation's names.
func (in *installation) addEnglish() {
	for _, table := range [][]byte{account.English, casework.English, form.English, ledger.English, sheet.English, licence.English, material.English, notify.English, phrase.English, rating.English, registry.English, signing.English} {
		web.AddEnglish(table)
	}
	web.AddTexts(rating.SchemeEnglish())
	web.AddTexts(in.county.English())
	for _, it := range in.items.All() {
		web.AddTexts(it.English)
	}
}
