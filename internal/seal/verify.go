package seal

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/smallstep/pkcs7"

	"wangban/internal/document/pdf"
)

// Report is what there is to say about the signatures in a file.
type Report struct {
	Signatures []Signature // in the order of signing
}

// Signature is one of them.
type Signature struct {
	Signer  string // name in the certificate
	Serial  string // of the certificate
	Reason  string
	Facts   map[string]string // what the signer was shown as covered
	At      time.Time         // of signing, as the signing program says
	Stamped time.Time         // of the time stamp; zero without one
	Test    bool              // made with a certificate of a test authority
	Intact  bool              // what was signed has not been changed
	Trusted bool              // certificate and time stamp lead to a known root
	Whole   bool              // covers the whole file as it is
	Problem string            // why it is not all of that
}

// Genuine tells whether every signature is intact and trusted, and nothing has
// been added behind the last one.
func (r Report) Genuine() bool {
	for _, s := range r.Signatures {
		if !s.Intact || !s.Trusted {
			return false
		}
	}
	n := len(r.Signatures)
	return n > 0 && r.Signatures[n-1].Whole
}

// Intact tells whether nothing has been changed since the last signature,
// whoever has signed.
func (r Report) Intact() bool {
	n := len(r.Signatures)
	return n > 0 && r.Signatures[n-1].Whole && !slices.ContainsFunc(r.Signatures, func(s Signature) bool { return !s.Intact })
}

// mostSignatures bounds how often a file that somebody brings is gone through.
const mostSignatures = 30

var errMany = errors.New("这份 PDF 里的签名太多，不能核验。")

// ErrUnsigned is a PDF without signatures.
var ErrUnsigned = errors.New("这份 PDF 里没有电子签名。")

// Verify checks all signatures in a file. The error is that there is nothing to
// check; what is wrong with a signature stands in its Problem.
func Verify(file []byte, roots *x509.CertPool) (Report, error) {
	f, err := pdf.Open(file)
	if err != nil {
		return Report{}, err
	}
	form, err := openForm(f)
	if err != nil {
		return Report{}, err
	}
	if len(form.fields) > mostSignatures {
		return Report{}, errMany
	}
	var report Report
	for _, field := range form.fields {
		d, err := f.Dict(field)
		if err != nil {
			return Report{}, err
		}
		if d["FT"] != pdf.Name("Sig") || d["V"] == nil {
			continue
		}
		value, err := f.Dict(d["V"])
		if err != nil {
			return Report{}, err
		}
		report.Signatures = append(report.Signatures, verify(file, value, roots))
	}
	if len(report.Signatures) == 0 {
		return Report{}, ErrUnsigned
	}
	return report, nil
}

func verify(file []byte, value pdf.Dict, roots *x509.CertPool) Signature {
	s := Signature{Facts: map[string]string{}}
	reason, _ := value["Reason"].(pdf.Bytes)
	s.Reason = reason.String()
	if m, ok := value["M"].(pdf.Bytes); ok {
		s.At, _ = pdf.ParseDate(m)
	}
	covered, _ := value[factsKey].(pdf.Array)
	for i := 0; i+1 < len(covered); i += 2 {
		label, _ := covered[i].(pdf.Bytes)
		fact, _ := covered[i+1].(pdf.Bytes)
		s.Facts[label.String()] = fact.String()
	}
	content, signature, err := cut(file, value)
	if err != nil {
		s.Problem = err.Error()
		return s
	}
	_, end := span(value)
	s.Whole = end == len(file)
	if err := s.check(content, signature, roots); err != nil {
		s.Problem = err.Error()
	} else if !s.Whole {
		s.Problem = errAdded.Error()
	}
	return s
}

// span is where what a signature covers begins and ends.
func span(value pdf.Dict) (from, to int) {
	r, _ := value["ByteRange"].(pdf.Array)
	if len(r) != 4 {
		return 0, -1
	}
	from, _ = r[0].(int)
	start, _ := r[2].(int)
	length, _ := r[3].(int)
	return from, start + length
}

var errRange = errors.New("签名没有写明它覆盖文件的哪些部分，或者写得不对。")

// cut takes the signature out of what it covers. Between the two parts that it
// covers there must be nothing but the signature itself.
func cut(file []byte, value pdf.Dict) (content, signature []byte, err error) {
	r, _ := value["ByteRange"].(pdf.Array)
	from, to := span(value)
	if from != 0 || to < 0 || to > len(file) {
		return nil, nil, errRange
	}
	before, _ := r[1].(int)
	after, _ := r[2].(int)
	contents, _ := value["Contents"].(pdf.Bytes)
	if before <= 0 || after <= before || after > to {
		return nil, nil, errRange
	}
	gap, isHex := bytes.CutPrefix(file[before:after], []byte("<"))
	gap, closed := bytes.CutSuffix(gap, []byte(">"))
	between, err := hex.DecodeString(string(gap))
	if !isHex || !closed || err != nil || !bytes.Equal(between, contents) {
		return nil, nil, errRange
	}
	var der asn1.RawValue
	rest, err := asn1.Unmarshal(contents, &der)
	if err != nil || len(bytes.Trim(rest, "\x00")) > 0 {
		return nil, nil, errUnreadable
	}
	return bytes.Join([][]byte{file[:before], file[after:to]}, nil), der.FullBytes, nil
}

var (
	errUnreadable = errors.New("签名的数据读不出来。")
	errAdded      = errors.New("签名之后，文件又添加了内容。")
	errChanged    = errors.New("文件在签名之后被改动过。")
	errOtherCert  = errors.New("签名里写明的证书不是签名用的证书。")
	errChain      = errors.New("签名的证书不可信。")
	errNoStamp    = errors.New("签名没有时间戳。")
	errStamp      = errors.New("时间戳不是这个签名的，或者不可信。")
)

// check looks at the signature, then at its time stamp, then at the
// certificate as of that time.
func (s *Signature) check(content, signature []byte, roots *x509.CertPool) error {
	p, err := parseCMS(signature)
	if err != nil {
		return err
	}
	signer := p.GetOnlySigner()
	if signer == nil {
		return errUnreadable
	}
	s.Signer, s.Serial, s.Test = signer.Subject.CommonName, serialText(signer.SerialNumber), isTest(signer)
	p.Content = content
	if err := p.Verify(); err != nil {
		return errChanged
	}
	var named signingCertificate
	sum := sha256.Sum256(signer.Raw)
	if err := p.UnmarshalSignedAttribute(oidSignerCert, &named); err != nil || len(named.Certs) == 0 || !bytes.Equal(named.Certs[0].Hash, sum[:]) {
		return errOtherCert
	}
	s.Intact = true
	token, ok := unsigned(p, oidTimeStamp)
	if !ok {
		return errNoStamp
	}
	stamped, err := checkStamp(token, p.Signers[0].EncryptedDigest, roots)
	if err != nil {
		return err
	}
	s.Stamped = stamped
	if err := chain(p, signer, roots, stamped, x509.ExtKeyUsageAny); err != nil {
		return fmt.Errorf("%w（%w）", errChain, err)
	}
	s.Trusted = true
	return nil
}

func parseCMS(der []byte) (p *pkcs7.PKCS7, err error) {
	defer func() { // the parser is somebody else's
		if r := recover(); r != nil {
			p, err = nil, errUnreadable
		}
	}()
	if p, err = pkcs7.Parse(der); err != nil || len(p.Signers) != 1 {
		return nil, errUnreadable
	}
	return p, nil
}

func unsigned(p *pkcs7.PKCS7, kind asn1.ObjectIdentifier) ([]byte, bool) {
	for _, a := range p.Signers[0].UnauthenticatedAttributes {
		if a.Type.Equal(kind) {
			return a.Value.Bytes, true
		}
	}
	return nil, false
}

func chain(p *pkcs7.PKCS7, cert *x509.Certificate, roots *x509.CertPool, at time.Time, use x509.ExtKeyUsage) error {
	between := x509.NewCertPool()
	for _, c := range p.Certificates {
		between.AddCert(c)
	}
	_, err := cert.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{use}})
	return err
}

// checkStamp checks a time stamp token for data and tells its time.
func checkStamp(token, data []byte, roots *x509.CertPool) (time.Time, error) {
	p, err := parseCMS(token)
	if err != nil {
		return time.Time{}, errStamp
	}
	var info stampInfo
	if _, err := asn1.Unmarshal(p.Content, &info); err != nil || !info.Imprint.Algorithm.Algorithm.Equal(oidSHA256) {
		return time.Time{}, errStamp
	}
	signer := p.GetOnlySigner()
	digest := sha256.Sum256(data)
	if signer == nil || !bytes.Equal(info.Imprint.Digest, digest[:]) || p.Verify() != nil {
		return time.Time{}, errStamp
	}
	if err := chain(p, signer, roots, info.Time, x509.ExtKeyUsageTimeStamping); err != nil {
		return time.Time{}, fmt.Errorf("%w（%w）", errStamp, err)
	}
	return info.Time, nil
}
