package seal

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"slices"
)

// Object identifiers of CMS (RFC 5652), its attributes, and time stamps.
var (
	oidData        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidContentType = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidDigest      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSignerCert  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47} // signing-certificate-v2, RFC 5035
	oidTimeStamp   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14} // signature time stamp token, RFC 3161 A
	oidTSTInfo     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	oidSHA256      = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidECDSA256    = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
	oidRSA256      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}
)

type (
	contentInfo struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue `asn1:"optional"`
	}
	signedData struct {
		Version      int
		Digests      []pkix.AlgorithmIdentifier `asn1:"set"`
		Content      contentInfo
		Certificates asn1.RawValue
		Signers      []signerInfo `asn1:"set"`
	}
	signerInfo struct {
		Version   int
		Signer    issuerAndSerial
		Digest    pkix.AlgorithmIdentifier
		Signed    asn1.RawValue
		Algorithm pkix.AlgorithmIdentifier
		Signature []byte
		Unsigned  asn1.RawValue `asn1:"optional"`
	}
	issuerAndSerial struct {
		Issuer asn1.RawValue
		Serial *big.Int
	}
	attribute struct {
		Type   asn1.ObjectIdentifier
		Values []any
	}
	// signingCertificate binds the signature to its certificate.
	signingCertificate struct {
		Certs []certHash
	}
	certHash struct {
		Hash []byte // SHA-256, the default
	}
)

var sha256Algorithm = pkix.AlgorithmIdentifier{Algorithm: oidSHA256}

// message is what a CMS signature is made over. PAdES leaves the content out,
// and the time of signing too: it stands in the PDF and in the time stamp.
type message struct {
	kind    asn1.ObjectIdentifier
	content []byte
	inside  bool // the content travels with the signature
}

// sign makes a CMS signature. stamp, when given, is asked for a time stamp of
// the signature's value.
func (id identity) sign(m message, stamp func(signature []byte) ([]byte, error)) ([]byte, error) {
	digest, certSum := sha256.Sum256(m.content), sha256.Sum256(id.cert.Raw)
	attributes, err := marshalAttributes([]attribute{
		{oidContentType, []any{m.kind}},
		{oidDigest, []any{digest[:]}},
		{oidSignerCert, []any{signingCertificate{[]certHash{{certSum[:]}}}}},
	})
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(attributes)
	signature, err := id.key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	s := signerInfo{
		Version: 1, Signer: issuerAndSerial{asn1.RawValue{FullBytes: id.cert.RawIssuer}, id.cert.SerialNumber},
		Digest: sha256Algorithm, Signed: tagged(attributes, 0), Algorithm: id.algorithm(), Signature: signature,
	}
	if stamp != nil {
		token, err := stamp(signature)
		if err != nil {
			return nil, err
		}
		unsigned, err := marshalAttributes([]attribute{{oidTimeStamp, []any{asn1.RawValue{FullBytes: token}}}})
		if err != nil {
			return nil, err
		}
		s.Unsigned = tagged(unsigned, 1)
	}
	d := signedData{Version: 1, Digests: []pkix.AlgorithmIdentifier{sha256Algorithm}, Content: contentInfo{Type: m.kind}, Certificates: id.certificates(), Signers: []signerInfo{s}}
	if !m.kind.Equal(oidData) {
		d.Version = 3
	}
	if m.inside {
		if d.Content.Content, err = explicit(m.content); err != nil {
			return nil, err
		}
	}
	return wrap(d)
}

// algorithm is how the identity's key signs.
func (id identity) algorithm() pkix.AlgorithmIdentifier {
	if _, ok := id.key.(*rsa.PrivateKey); ok {
		return pkix.AlgorithmIdentifier{Algorithm: oidRSA256, Parameters: asn1.NullRawValue}
	}
	return pkix.AlgorithmIdentifier{Algorithm: oidECDSA256}
}

// certificates are the identity's and those above it, without a root: whoever
// checks has it, or does not believe it.
func (id identity) certificates() asn1.RawValue {
	certs := append([]*x509.Certificate{id.cert}, id.chain...)
	if n := len(certs); n > 1 {
		certs = certs[:n-1]
	}
	slices.SortFunc(certs, func(a, b *x509.Certificate) int { return slices.Compare(a.Raw, b.Raw) }) // DER: a set is ordered
	var all []byte
	for _, c := range certs {
		all = append(all, c.Raw...)
	}
	return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: all}
}

// marshalAttributes is the DER of a set of attributes, as it is signed.
func marshalAttributes(attributes []attribute) ([]byte, error) {
	encoded := make([]asn1.RawValue, len(attributes))
	for i, a := range attributes {
		values := make([]asn1.RawValue, len(a.Values))
		for j, v := range a.Values {
			der, err := asn1.Marshal(v)
			if err != nil {
				return nil, err
			}
			values[j].FullBytes = der
		}
		der, err := asn1.Marshal(struct {
			Type   asn1.ObjectIdentifier
			Values []asn1.RawValue `asn1:"set"`
		}{a.Type, values})
		if err != nil {
			return nil, err
		}
		encoded[i].FullBytes = der
	}
	return asn1.MarshalWithParams(encoded, "set")
}

// tagged puts an implicit tag in place of a set's own.
func tagged(set []byte, tag byte) asn1.RawValue {
	out := slices.Clone(set)
	out[0] = 0xa0 | tag
	return asn1.RawValue{FullBytes: out}
}

// explicit is an octet string of content under tag 0.
func explicit(content []byte) (asn1.RawValue, error) {
	der, err := asn1.Marshal(content)
	if err != nil {
		return asn1.RawValue{}, err
	}
	der, err = asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: der})
	return asn1.RawValue{FullBytes: der}, err
}

// wrap says what a signature is.
func wrap(d signedData) ([]byte, error) {
	inner, err := asn1.Marshal(d)
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue
	}{oidSignedData, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: inner}})
}
