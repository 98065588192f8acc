// Package ledger is the public accountability log (公开日志): an append-only
// Merkle tree over the records of all acts, so that nobody, the operator
// included, can alter, backdate or drop an act unseen. Entries are salted
// digests: the log tells nothing about anybody.
//
// An act leaves its record in ledger_pending, in its own transaction. About
// once a second Integrate moves what has been committed into the tree and
// signs a checkpoint. The formats are C2SP's: tlog-checkpoint, tlog-tiles,
// signed-note (Ed25519), tlog-proof; outside tools read them.
//
// A receipt (回执) opens the header of one act, proves that its record is in
// the tree, and can be checked without this installation. Verify recomputes
// everything from the database.
//
// What a record says is casework's; who may have a receipt is for the screens.
// A log proves that what is in it has not changed since. It cannot prove that
// the operator shows the same log to everybody: that takes people who keep
// checkpoints, and every receipt holds one.
package ledger
