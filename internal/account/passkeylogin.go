package account

import (
	"context"
	"errors"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"wangban/internal/db"
)

// AskPasskeyLogIn begins a log-in with a passkey. The question names nobody:
// the device knows whose it is. What it returns goes to the browser as JSON.
// It is for installations that have a PasskeyOrigin.
func (r *Room) AskPasskeyLogIn(ctx context.Context, session string) (any, error) {
	question, asked, err := r.party.BeginDiscoverableLogin()
	if err != nil {
		return nil, err
	}
	return question, r.keepChallenge(ctx, session, toLogIn, asked)
}

// unknownPasskey is the one answer to a passkey that logs nobody in, whether
// or not it was ever known.
func unknownPasskey() *Refusal {
	return refuse("这个通行密钥在这里登录不了，可能已经移除。用密码和验证码登录。")
}

// PasskeyLogIn takes the answer of the device, JSON as the browser writes it,
// and logs its person in: a whole log-in, like password and code. The lock
// after wrong passwords does not hold it up, for it cannot be guessed.
func (r *Room) PasskeyLogIn(ctx context.Context, session, answer string) (cookie string, err error) {
	asked, err := r.takeChallenge(ctx, session, toLogIn)
	if err != nil {
		return "", err
	}
	if len(answer) > answerSize {
		return "", unknownPasskey()
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return "", unknownPasskey()
	}
	k, ok, err := r.passkeyOf(ctx, parsed.RawID)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", unknownPasskey()
	}
	h, err := r.holder(ctx, k.person)
	if err != nil {
		return "", err
	}
	credential, err := r.party.ValidateDiscoverableLogin(func(_, _ []byte) (webauthn.User, error) { return h, nil }, asked, parsed)
	if err != nil {
		return "", unknownPasskey()
	}
	k.credential = *credential
	return r.enterByPasskey(ctx, session, k)
}

// errCopied is that the device has counted no further than before: its key
// has been copied, or the answer is an old one.
var errCopied = errors.New("the counter of a passkey has not moved on")

// enterByPasskey logs the passkey's person in. The counter is compared in the
// transaction, for several answers may come at once.
func (r *Room) enterByPasskey(ctx context.Context, session string, k Passkey) (cookie string, err error) {
	sealed, err := r.sealPasskey(k)
	if err != nil {
		return "", err
	}
	err = r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE account_passkey SET sealed = $2, signs = $3, used = $4 WHERE id = $1 AND (signs < $3 OR signs = 0 AND $3 = 0)`,
			k.ID, sealed, int64(k.credential.Authenticator.SignCount), db.Micros(r.now()))
		if err != nil {
			return err
		}
		switch n, err := res.RowsAffected(); {
		case err != nil:
			return err
		case n == 0:
			return errCopied
		}
		if cookie, err = r.enter(ctx, tx, session, k.person, ""); err != nil {
			return err
		}
		return r.record(ctx, tx, "person:"+k.person, "logged in", "", k.person, "passkey "+k.ID)
	})
	if errors.Is(err, errCopied) {
		return "", r.refuseCopy(ctx, k)
	}
	return cookie, err
}

// refuseCopy lets nobody in, and the account's history says so.
func (r *Room) refuseCopy(ctx context.Context, k Passkey) error {
	err := r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		return r.record(ctx, tx, "person:"+k.person, "refused a passkey that may have been copied", "", k.person, k.ID)
	})
	if err != nil {
		return err
	}
	return refuse("这个通行密钥可能被复制过，没有让它登录。用密码和验证码登录，再到“登录方式”里移除它。")
}
