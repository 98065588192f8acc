// Package signing lets the person whom a document binds sign it from a phone:
// the signing link (签名链接), the code sent to the registered number, the
// identity check, the hand signature, and refusing. It ends in the act `sign`
// or `refuse` at the door of casework; what the signature does to the case is
// the item's business.
//
// A link is a name, not a credential: the agent is shown it and may pass it on
// (seed 附件1). Opening it changes nothing. The certificate and the PDF
// signature are made by seal, the pages by document.
package signing
