package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/document"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/licence"
	"wangban/internal/material"
	"wangban/internal/paper"
	"wangban/internal/seal"
	"wangban/internal/signing"
)

// documentNames are what documents can show beside answers and facts.
var documentNames = append([]string{"portal.name", "case.number", "document.number", "document.digest", "today"}, slices.Concat(licence.Names(), paper.Names())...)

// paper makes a document of a case. Its time is that of the case's last
// change, so that the same case gives the same file.
// A layout that is made for each record of a list is told which one, from 1.
func (in *installation) paper(s casework.State, it *item.Item, name string, row int, extra map[string]any, pictures map[string][]byte) (document.Made, error) {
	layout, data, err := in.contents(s, it, name)
	if err != nil {
		return document.Made{}, err
	}
	maps.Copy(data.Extra, extra)
	data.Pictures, data.Row, data.Typeface = pictures, row, in.typeface
	return document.Make(layout, data)
}

// issued is a document that the administration puts its seal on. It says what it
// has to say in full: one with a character that no font has is not made.
func (in *installation) issued(s casework.State, it *item.Item, name string, row int, extra map[string]any, pictures map[string][]byte) (document.Made, error) {
	made, err := in.paper(s, it, name, row, extra, pictures)
	if err == nil && len(made.Missing) > 0 {
		err = document.LackError{Missing: made.Missing}
	}
	return made, err
}

// contents are what a document of a case is made from. A document is known by
// the case and by the digest of what it says: another content, another number.
func (in *installation) contents(s casework.State, it *item.Item, name string) (layout []byte, data document.Data, err error) {
	d, ok := it.Documents[name]
	if !ok {
		return nil, data, fmt.Errorf("item %s has no document %q", it.Name, name)
	}
	digest := casework.DocumentDigest(it, name, s.Values)
	number := strings.TrimPrefix(s.Number+"-"+strings.ToUpper(digest[:8]), "-")
	return d.Source, document.Data{Item: it, Env: casework.Env(in.house(), it, s), Context: casework.FormContext(in.house(), s, in.now()), At: s.UpdatedAt,
		Extra: map[string]any{"portal.name": in.county.Portal.ZH, "document.number": number, "document.digest": digest}}, nil
}

// paperText is what a document says, for reading on a phone.
func (in *installation) paperText(s casework.State, it *item.Item, name string) ([]document.Part, error) {
	layout, data, err := in.contents(s, it, name)
	if err != nil {
		return nil, err
	}
	return document.Text(layout, data)
}

// draft is a document to download before it counts, such as the letter that
// is signed on paper.
func (in *installation) draft(_ context.Context, s casework.State, it *item.Item, name string) ([]byte, error) {
	made, err := in.paper(s, it, name, 0, nil, nil)
	return made.PDF, err
}

func (in *installation) openSigning() (*signing.Room, error) {
	verifier, err := in.face()
	if err != nil {
		return nil, err
	}
	return signing.New(in.db, in.door, in.vault, in.now, signing.Options{
		SendCode: in.accounts.Send, CheckCode: in.accounts.Check, Face: verifier, Keep: in.keep, Evidence: in.evidence,
		BaseURL: func() string { return in.settings.URL },
		Letter: func(_ context.Context, s casework.State, it *item.Item, name string) ([]byte, signing.Box, error) {
			made, err := in.paper(s, it, name, 0, nil, nil)
			return made.PDF, signing.Box(made.Boxes[it.Flow.Signer]), err
		},
		Seal: in.seal,
	}), nil
}

// seal puts a person's signature into a document.
func (in *installation) seal(ctx context.Context, l signing.Letter) (signing.Sealed, error) {
	signed, err := in.authority.Sign(ctx, seal.Request{PDF: l.PDF, Name: l.Signer, Facts: l.Facts, Identity: l.Method.Label().ZH, Picture: l.Drawing,
		TypedName: l.TypedName, Box: seal.Box(l.Box), At: l.At})
	return signing.Sealed{PDF: signed.PDF, Serial: signed.Serial}, err
}

// evidence takes in a picture of a signer, for the reviewer's eye.
func (in *installation) evidence(ctx context.Context, picture []byte) (form.File, error) {
	rules := material.DefaultRules()
	rules.Kinds = []material.Kind{material.JPEG, material.PNG}
	file, _, err := in.materials.Intake(ctx, "identity", bytes.NewReader(picture), rules)
	return file, err
}

// keep stores a file that the house has made or taken.
func (in *installation) keep(ctx context.Context, name, kind string, content []byte) (form.File, error) {
	const most = 20 << 20
	ref, err := in.files.Put(ctx, bytes.NewReader(content), most)
	return form.File{Hash: ref.Hash, Name: name, Type: kind, Size: ref.Size}, err
}

func (in *installation) openMaterials() (*material.Room, error) {
	o := material.Options{DB: in.db, Files: in.files, Now: in.now, Render: document.Inspect}
	if in.settings.Scanner != "" {
		var err error
		if o.Scan, err = material.ClamAV(in.settings.Scanner); err != nil {
			return nil, err
		}
	}
	return material.New(o), nil
}

// intake takes in what somebody hands in for a question.
func (in *installation) intake(ctx context.Context, name string, r io.Reader, f form.Field) (form.File, []string, error) {
	file, hints, err := in.materials.Intake(ctx, name, r, material.RulesFor(f))
	var notes []string
	for _, h := range hints {
		notes = append(notes, h.String())
	}
	var refusal *material.Refusal
	if errors.As(err, &refusal) && refusal.Cause != nil {
		level := slog.LevelInfo // the file's own fault
		if refusal.Code == material.CodeTrouble {
			level = slog.LevelError
		}
		in.log.Log(ctx, level, "a file could not be taken in", "code", refusal.Code, "error", refusal.Cause)
	}
	return file, notes, err
}
