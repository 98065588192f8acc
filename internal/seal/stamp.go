package seal

import (
	"crypto/sha256"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"time"
)

// stampInfo is what a time stamp states (RFC 3161, 2.4.2).
type stampInfo struct {
	Version  int
	Policy   asn1.ObjectIdentifier
	Imprint  imprint
	Serial   *big.Int
	Time     time.Time `asn1:"generalized"`
	Accuracy accuracy
}

type imprint struct {
	Algorithm pkix.AlgorithmIdentifier
	Digest    []byte
}

type accuracy struct {
	Seconds int `asn1:"optional"`
}

// stampPolicy names the rules a stamp is made by. This one, of the arc that
// anybody may use, promises nothing but the installation's own clock.
var stampPolicy = asn1.ObjectIdentifier{2, 25, 1599177600}

// stamped is a time stamp token for data, by the clock.
func (a *Authority) stamped(data []byte) ([]byte, error) {
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(data)
	info, err := asn1.Marshal(stampInfo{
		Version: 1, Policy: stampPolicy, Imprint: imprint{sha256Algorithm, digest[:]}, Serial: serial,
		Time: a.now().UTC().Truncate(time.Second), Accuracy: accuracy{Seconds: 1},
	})
	if err != nil {
		return nil, err
	}
	return a.stamp.sign(message{kind: oidTSTInfo, content: info, inside: true}, nil)
}
