// Package passkeytest is a device (authenticator) in software, for tests: it
// makes passkeys and answers with them as a browser would write it.
package passkeytest

import (
	"net/url"
	"testing"

	"github.com/descope/virtualwebauthn"
)

// Device is a device that keeps one passkey, at a page of some site. A copy of
// it is a copied passkey.
type Device struct {
	At   virtualwebauthn.RelyingParty
	Keys virtualwebauthn.Authenticator
	Key  virtualwebauthn.Credential
}

// New is a device at a page of an origin.
func New(t *testing.T, origin string) *Device {
	t.Helper()
	u, err := url.Parse(origin)
	if err != nil {
		t.Fatal(err)
	}
	return &Device{virtualwebauthn.RelyingParty{ID: u.Hostname(), Origin: origin}, virtualwebauthn.NewAuthenticator(), newKey()}
}

// fullKey is how long a public key of P-256 is in COSE's encoding.
const fullKey = 77

// newKey passes over keys with a coordinate that begins with a zero byte: the
// authenticator in software leaves that byte out, which no device does.
func newKey() virtualwebauthn.Credential {
	for {
		if k := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2); len(k.Key.AttestationData()) == fullKey {
			return k
		}
	}
}

// Create answers the question with which a passkey is added.
func (d *Device) Create(t *testing.T, question string) string {
	t.Helper()
	asked, err := virtualwebauthn.ParseAttestationOptions(question)
	if err != nil {
		t.Fatal(err)
	}
	d.Keys.Options.UserHandle = []byte(asked.UserID)
	return virtualwebauthn.CreateAttestationResponse(d.At, d.Keys, d.Key, *asked)
}

// Sign answers the question of a log-in.
func (d *Device) Sign(t *testing.T, question string) string {
	t.Helper()
	asked, err := virtualwebauthn.ParseAssertionOptions(question)
	if err != nil {
		t.Fatal(err)
	}
	return virtualwebauthn.CreateAssertionResponse(d.At, d.Keys, d.Key, *asked)
}
