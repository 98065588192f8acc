package main

import (
	"context"
	"errors"
	"time"

	"wangban/internal/account"
	"wangban/internal/blob"
	"wangban/internal/db"
	"wangban/internal/licence"
	"wangban/internal/material"
	"wangban/internal/signing"
)

// holderCase is by what name the store of files knows a case.
func holderCase(id string) string { return "case/" + id }

// useFiles records that a case uses files.
func (in *installation) useFiles(ctx context.Context, tx db.Tx, id string, hashes []string) (gone bool, err error) {
	err = in.files.Use(ctx, tx, holderCase(id), hashes...)
	if errors.Is(err, blob.ErrNotFound) {
		return true, nil
	}
	return false, err
}

// countFiles records, once in the life of an installation, who uses the files
// that were stored before uses were counted.
func (in *installation) countFiles(ctx context.Context) error {
	return in.files.CountOnce(ctx,
		func(ctx context.Context, use blob.Uses) error {
			return in.licences.Files(ctx, func(holder, hash string) error { return use(holder, hash) })
		},
		func(ctx context.Context, use blob.Uses) error {
			return in.door.Files(ctx, func(id string, hashes []string) error { return use(holderCase(id), hashes...) })
		},
		func(ctx context.Context, use blob.Uses) error {
			return in.acts.Files(ctx, func(id, hash string) error { return use(holderCase(id), hash) })
		})
}

// forgetElsewhere erases what the other rooms keep of a case, in the
// transaction that erases the case.
func (in *installation) forgetElsewhere(ctx context.Context, tx db.Tx, id string) error {
	release := func(holder string) error { return in.files.Release(ctx, tx, holder) }
	for _, forget := range []func() error{
		func() error { return in.outbox.Forget(ctx, tx, id) },
		func() error { return in.acts.Forget(ctx, tx, id) },
		func() error { return in.ratings.Forget(ctx, tx, id) },
		func() error { return signing.Forget(ctx, tx, id) },
		func() error { return material.Forget(ctx, tx, id) },
		func() error { return account.ForgetCase(ctx, tx, id) },
		func() error { return licence.Forget(ctx, tx, id, release) },
		func() error { return release(holderCase(id)) },
	} {
		if err := forget(); err != nil {
			return err
		}
	}
	return nil
}

// abandonedEvery is how often abandoned applications are looked for: their
// pictures are kept for weeks, so an hour does not matter.
const abandonedEvery = time.Hour

// sweepFiles lets go what was handed in with applications that were abandoned
// long ago (T24), and removes files that nobody uses any more.
func (in *installation) sweepFiles(ctx context.Context) {
	if err := in.releaseAbandoned(ctx); err != nil && ctx.Err() == nil {
		in.log.Error("files of abandoned applications could not be released; the next hour tries again", "error", err)
	}
	if _, err := in.files.Sweep(ctx); err != nil && ctx.Err() == nil {
		in.log.Error("files that nobody uses could not be removed; the next second tries again", "error", err)
	}
}

func (in *installation) releaseAbandoned(ctx context.Context) error {
	if now := in.now(); now.Before(in.lookAbandoned) && in.lookAbandoned.Sub(now) <= abandonedEvery {
		return nil
	}
	in.lookAbandoned = in.now().Add(abandonedEvery)
	for {
		ids, last, err := in.door.Abandoned(ctx, in.abandonedUntil)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if n, _, err := in.files.Held(ctx, holderCase(id)); err != nil || n == 0 {
				if err != nil {
					return err
				}
				continue
			}
			if err := in.db.Write(ctx, func(ctx context.Context, tx db.Tx) error { return in.files.Release(ctx, tx, holderCase(id)) }); err != nil {
				return err
			}
		}
		in.abandonedUntil = last
	}
}
