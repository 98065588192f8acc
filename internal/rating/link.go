package rating

import (
	"context"
	"database/sql"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"

	"wangban/internal/casework"
	"wangban/internal/db"
)

// Messages lead to the page of rating by a short name of the case: the id would
// keep most results from saying it in their own message. The name is no
// credential, it only leads on: whose the case is has to be proven there. It
// follows from the case and the installation's key, so that a reminder says the
// same one, and cannot be guessed (65 bits); kept is only a mark of it.

var linkEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

const linkLength = 13

func (r *Room) linkName(caseID string) string {
	bits, err := base64.RawURLEncoding.DecodeString(r.Vault.Index("rating-link", caseID))
	if err != nil {
		panic(err) // the vault says what it writes
	}
	return linkEncoding.EncodeToString(bits)[:linkLength]
}

func (r *Room) mark(name string) string { return r.Vault.Index("rating-link-name", name) }

// link is the address by which a message leads to the page of rating; keepLink
// makes it lead there.
func (r *Room) link(caseID string) string { return r.URL(r.linkName(caseID)) }

func (r *Room) keepLink(ctx context.Context, tx db.Tx, caseID string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO rating_link (mark, case_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, r.mark(r.linkName(caseID)), caseID)
	if err != nil {
		return fmt.Errorf("keep the link to rate a case: %w", err)
	}
	return nil
}

// Linked finds the case to whose rating a short name leads; false when no
// message has said it, or the case is forgotten.
func (r *Room) Linked(ctx context.Context, name string) (caseID string, ok bool, err error) {
	return linked(ctx, r.DB.Read(), r.mark(name))
}

func linked(ctx context.Context, q casework.Queryer, mark string) (caseID string, ok bool, err error) {
	err = q.QueryRowContext(ctx, `SELECT case_id FROM rating_link WHERE mark = $1`, mark).Scan(&caseID)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return caseID, err == nil, err
}
