package account

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"wangban/internal/db"
)

// Passkey (通行密钥, WebAuthn) is a key pair whose private half a person's
// device keeps and uses only for who unlocks it: it stands for password and
// code together.
type Passkey struct {
	ID, Name string
	Added    time.Time
	Used     time.Time // the last log-in; zero: none yet

	person     string
	signs      uint32
	credential webauthn.Credential
}

// sealedPasskey is bound to its person: moved to somebody else's row it opens
// no more.
type sealedPasskey struct {
	Name       string
	Credential webauthn.Credential
}

func (r *Room) sealPasskey(k Passkey) ([]byte, error) {
	plain, err := json.Marshal(sealedPasskey{k.Name, k.credential})
	return r.vault.Seal(plain, "passkey/"+k.person+"/"+k.ID), err
}

// Passkeys are a person's, the oldest first.
func (r *Room) Passkeys(ctx context.Context, person string) ([]Passkey, error) {
	return r.passkeys(ctx, `person = $1`, person)
}

// passkeyOf finds the passkey that a device calls by an id.
func (r *Room) passkeyOf(ctx context.Context, credential []byte) (Passkey, bool, error) {
	found, err := r.passkeys(ctx, `credential = $1`, credentialName(credential))
	if err != nil || len(found) == 0 {
		return Passkey{}, false, err
	}
	return found[0], true, nil
}

func credentialName(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }

func (r *Room) passkeys(ctx context.Context, where string, arg any) ([]Passkey, error) {
	rows, err := r.db.Read().QueryContext(ctx, `SELECT id, person, sealed, signs, added, used FROM account_passkey WHERE `+where+` ORDER BY added, id`, arg)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []Passkey
	for rows.Next() {
		var k Passkey
		var sealed []byte
		var added, used int64
		if err := rows.Scan(&k.ID, &k.person, &sealed, &k.signs, &added, &used); err != nil {
			return nil, err
		}
		plain, err := r.vault.Open(sealed, "passkey/"+k.person+"/"+k.ID)
		if err != nil {
			return nil, fmt.Errorf("passkey %s: %w", k.ID, err)
		}
		var s sealedPasskey
		if err := json.Unmarshal(plain, &s); err != nil {
			return nil, err
		}
		k.Name, k.credential, k.Added, k.Used = s.Name, s.Credential, db.Time(added), db.Time(used)
		k.credential.Authenticator.SignCount = k.signs
		out = append(out, k)
	}
	return out, rows.Err()
}

// PasskeyName bounds the name that a person gives a passkey, in characters.
const PasskeyName = 20

// keepPasskey adds a passkey to a person's. A device's id that is taken
// already belongs to whoever added it first.
func (r *Room) keepPasskey(ctx context.Context, k Passkey) error {
	name := []rune(strings.TrimSpace(k.Name))
	k.Name = string(name[:min(len(name), PasskeyName)])
	sealed, err := r.sealPasskey(k)
	if err != nil {
		return err
	}
	return r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		res, err := tx.ExecContext(ctx, `INSERT INTO account_passkey (id, person, credential, sealed, signs, added, used) VALUES ($1, $2, $3, $4, $5, $6, 0)
			ON CONFLICT (credential) DO NOTHING`, k.ID, k.person, credentialName(k.credential.ID), sealed, int64(k.credential.Authenticator.SignCount), db.Micros(r.now()))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return orRefuse(err, "这个通行密钥已经添加过，不用再添加。")
		}
		return r.record(ctx, tx, "person:"+k.person, "added a passkey", "", k.person, k.ID)
	})
}

// RemovePasskey ends a passkey at once. Only its own person can.
func (r *Room) RemovePasskey(ctx context.Context, person, id string) error {
	return r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		res, err := tx.ExecContext(ctx, `DELETE FROM account_passkey WHERE id = $1 AND person = $2`, id, person)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return orRefuse(err, "没有这个通行密钥，可能已经移除。")
		}
		return r.record(ctx, tx, "person:"+person, "removed a passkey", "", person, id)
	})
}

// orRefuse is the error, or the refusal where there is none.
func orRefuse(err error, text string) error {
	if err != nil {
		return err
	}
	return refuse(text)
}
