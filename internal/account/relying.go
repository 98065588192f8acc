package account

import (
	"net"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"wangban/internal/cn"
)

// relyingParty is the installation as devices know it: a passkey is bound to
// the host name and works at no other. It is nil where browsers make none: at
// an IP address, and without TLS anywhere but on this machine.
func (o Options) relyingParty() *webauthn.WebAuthn {
	u, err := url.Parse(o.URL)
	if err != nil {
		return nil
	}
	host := strings.ToLower(u.Hostname())
	local := host == "localhost" || strings.HasSuffix(host, ".localhost")
	if host == "" || net.ParseIP(host) != nil || u.Scheme != "https" && !(local && u.Scheme == "http") {
		return nil
	}
	times := webauthn.TimeoutConfig{Timeout: o.Limits.Challenge, TimeoutUVD: o.Limits.Challenge}
	party, err := webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: o.Name, RPOrigins: []string{originOf(u)},
		// Which make of device it is, is not asked: nothing here depends on it.
		AttestationPreference: protocol.PreferNoAttestation,
		// A passkey names its person, and is used only by who unlocks the device.
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{Login: times, Registration: times},
	})
	if err != nil {
		return nil
	}
	return party
}

// originOf is an address as browsers write it: without the port that goes
// without saying.
func originOf(u *url.URL) string {
	host := strings.ToLower(u.Host)
	switch u.Scheme {
	case "https":
		host = strings.TrimSuffix(host, ":443")
	case "http":
		host = strings.TrimSuffix(host, ":80")
	}
	return u.Scheme + "://" + host
}

// PasskeyOrigin is the origin of pages at which passkeys work; "" where the
// installation's address allows none.
func (r *Room) PasskeyOrigin() string {
	if r.party == nil {
		return ""
	}
	return r.party.Config.RPOrigins[0]
}

// holder is a person as devices know them. What they keep, and copy to other
// places, is masked.
type holder struct {
	Person
	passkeys []Passkey
}

func (h holder) WebAuthnID() []byte          { return []byte(h.ID) }
func (h holder) WebAuthnName() string        { return cn.MaskMobile(h.Mobile) + " " + cn.MaskName(h.Name) }
func (h holder) WebAuthnDisplayName() string { return cn.MaskName(h.Name) }

func (h holder) WebAuthnCredentials() []webauthn.Credential {
	var all []webauthn.Credential
	for _, k := range h.passkeys {
		all = append(all, k.credential)
	}
	return all
}
