package account

import (
	"context"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// answerSize bounds what a device may answer, in bytes; real answers have one
// or two thousand.
const answerSize = 64 << 10

// AskPasskey begins to add a passkey to the account of the session's person.
// What it returns goes to the browser as JSON. It is for installations that
// have a PasskeyOrigin.
func (r *Room) AskPasskey(ctx context.Context, s Session) (any, error) {
	if !r.Recent(s) {
		return nil, refuse("登录已经有一会儿了。先用验证码确认是你本人，再添加通行密钥。")
	}
	h, err := r.holder(ctx, s.Person)
	if err != nil {
		return nil, err
	}
	if len(h.passkeys) >= r.limits.Passkeys {
		return nil, refuse("最多添加 %d 个通行密钥。先移除一个不用的。", r.limits.Passkeys)
	}
	question, asked, err := r.party.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.WebAuthnCredentials()).CredentialDescriptors()))
	if err != nil {
		return nil, err
	}
	return question, r.keepChallenge(ctx, s.ID, toAdd, asked)
}

// AddPasskey takes the answer of the device, JSON as the browser writes it,
// under a name of the person's choice.
func (r *Room) AddPasskey(ctx context.Context, s Session, name, answer string) error {
	asked, err := r.takeChallenge(ctx, s.ID, toAdd)
	if err != nil {
		return err
	}
	h, err := r.holder(ctx, s.Person)
	if err != nil {
		return err
	}
	credential, ok := r.created(h, asked, answer)
	if !ok {
		return refuse("没有添加：设备的回答核对不上。再点一次“添加通行密钥”。")
	}
	return r.keepPasskey(ctx, Passkey{ID: newID(), Name: name, person: h.ID, credential: *credential})
}

// created is the key pair that a device says to have made, when it can prove
// so.
func (r *Room) created(h holder, asked webauthn.SessionData, answer string) (*webauthn.Credential, bool) {
	if len(answer) > answerSize {
		return nil, false
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil {
		return nil, false
	}
	credential, err := r.party.CreateCredential(h, asked, parsed)
	return credential, err == nil
}

func (r *Room) holder(ctx context.Context, person string) (holder, error) {
	p, ok, err := r.Person(ctx, person)
	if err == nil && !ok {
		err = expiredLogin()
	}
	if err != nil {
		return holder{}, err
	}
	keys, err := r.Passkeys(ctx, person)
	return holder{p, keys}, err
}
