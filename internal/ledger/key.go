package ledger

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"wangban/internal/casework"
	"wangban/internal/db"
)

// key signs checkpoints.
type key struct {
	signer   note.Signer
	verifier note.Verifier
	text     string // of the verifier
}

// Verifier is the log's public key in the form of signed notes, which is what
// outsiders check signatures with: "origin+hash+key".
func (r *Room) Verifier(ctx context.Context) (string, error) {
	k, err := r.signingKey(ctx)
	if err != nil {
		return "", err
	}
	return k.text, nil
}

// signingKey reads the key, or begins the log with a new one. Of several
// processes that begin at once, one is first.
func (r *Room) signingKey(ctx context.Context) (*key, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.key != nil {
		return r.key, nil
	}
	k, err := r.readKey(ctx, r.db.Read())
	if errors.Is(err, sql.ErrNoRows) {
		if err = r.makeKey(ctx); err == nil {
			k, err = r.readKey(ctx, r.db.Read())
		}
	}
	if err == nil {
		r.key = k
	}
	return k, err
}

func (r *Room) makeKey(ctx context.Context) error {
	private, public, err := note.GenerateKey(rand.Reader, r.origin)
	if err != nil {
		return err
	}
	if _, err := note.NewVerifier(public); err != nil {
		return fmt.Errorf("ledger: %q cannot be the name of a log: %w", r.origin, err)
	}
	sealed := r.vault.Seal([]byte(private), keyPlace(r.origin, public))
	return r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO ledger_key (one, origin, verifier, sealed) VALUES (1, $1, $2, $3) ON CONFLICT (one) DO NOTHING`, r.origin, public, sealed)
		return err
	})
}

func keyPlace(origin, public string) string { return "ledger/key/" + origin + "/" + public }

var errKey = errors.New("ledger: the log's key is not the one that was made for it")

func (r *Room) readKey(ctx context.Context, q casework.Queryer) (*key, error) {
	var origin string
	var sealed []byte
	k := &key{}
	if err := q.QueryRowContext(ctx, `SELECT origin, verifier, sealed FROM ledger_key WHERE one = 1`).Scan(&origin, &k.text, &sealed); err != nil {
		return nil, err
	}
	private, err := r.vault.Open(sealed, keyPlace(origin, k.text))
	if err != nil {
		return nil, errKey
	}
	if k.signer, err = note.NewSigner(string(private)); err != nil {
		return nil, errKey
	}
	if k.verifier, err = note.NewVerifier(k.text); err != nil || k.verifier.Name() != origin || k.signer.KeyHash() != k.verifier.KeyHash() {
		return nil, errKey
	}
	return k, nil
}

// OriginOf is how a log at an address is called: without scheme and slash.
func OriginOf(url string) string {
	_, rest, found := strings.Cut(url, "://")
	if !found {
		rest = url
	}
	return strings.NewReplacer("+", "", " ", "").Replace(strings.Trim(rest, "/"))
}
