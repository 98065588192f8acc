package main

import (
	"context"
	"fmt"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/item"
	"wangban/internal/paper"
	"wangban/internal/seal"
)

func (in *installation) openPapers() (*paper.Room, error) {
	marks := map[string]string{}
	for code, u := range in.county.Units {
		marks[code] = u.Mark
	}
	pattern := paper.Pattern{Text: in.county.Papers.Number, Marks: marks}
	if err := pattern.Check(); err != nil {
		return nil, fmt.Errorf("the installation's description: papers.number: %w", err)
	}
	return paper.New(paper.Options{
		DB: in.db, Vault: in.vault, Jobs: in.jobs, Now: in.now, Logger: in.log, House: in.house,
		Pattern: func() paper.Pattern { return pattern },
		Office:  func() paper.Office { return paper.Office{Name: in.county.Name.ZH, Remedy: in.county.Papers.Remedy} },
		At: func(ctx context.Context, id string, seq int) (casework.State, *item.Item, casework.Event, error) {
			return in.door.At(ctx, id, seq)
		},
		Make: in.makeActPaper, Keep: in.keep,
		Use: func(ctx context.Context, tx db.Tx, id, hash string) error {
			return in.files.Use(ctx, tx, holderCase(id), hash)
		},
	}), nil
}

// makeActPaper lays a document of an act out and puts the administration's seal
// on it. What the layout asks for and nobody has, no repetition brings.
func (in *installation) makeActPaper(ctx context.Context, d paper.Draft) ([]byte, error) {
	made, err := in.issued(d.State, d.Item, d.Paper.Document, 0, d.Extra, nil)
	if err != nil {
		return nil, paper.Hopeless(err)
	}
	sealed, err := in.authority.SealOffice(ctx, seal.Request{PDF: made.PDF, Name: d.Signer, Reason: d.Paper.Title, Facts: d.Facts,
		Box: seal.Box(made.Boxes[sealPlace]), At: in.now()})
	return sealed.PDF, err
}
