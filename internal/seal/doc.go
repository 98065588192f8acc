// Package seal makes electronic signatures in PDFs and checks them: a one-off
// certificate for the person who signs (事件型证书), the signature itself (PAdES
// B-T, ETSI EN 319 142-1), a time stamp (RFC 3161), and what people see on the
// page. Whether the person may sign, and is who they say, is signing's.
//
// # The authority
//
// An installation starts with a certificate authority and a time stamp
// authority of its own. Both are named 测试 CA / TEST CA, and so is every
// signature on the page: a signature is "reliable" in the sense of the
// Electronic Signature Law (电子签名法 13, 16) only with certificates of a
// licensed provider. An operator who has an issuing certificate from one puts
// it, with its key and chain, in place of the files:
//
//	ca.pem      key, issuing certificate, then its parents up to the root; mode 0600
//	tsa.pem     key, certificate for time stamping, parents; mode 0600
//	office.pem  key and certificate of the administration, which seals what it
//	            issues, parents; mode 0600
//	qr.pem      Ed25519 key that signs the QR codes of licences, certificate,
//	            parents; mode 0600
//	qr-keys.pem certificates of all keys that have ever signed QR codes: public
//	roots.pem   roots that signatures are checked against, former ones included
package seal
