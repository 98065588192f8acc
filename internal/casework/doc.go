// Package casework is the one door: everything that happens to a case (办件) —
// submit, sign, refuse, withdraw, claim, approve, lapse — is an act, and every
// act passes Door.Do. It loads the case and the item version it is pinned to,
// asks the pure function Decide for the resulting event or a Refusal, and
// writes the event, the case row that lists read, the timers, the messages to
// send and the effects in one database transaction.
//
// Permission, idempotency, clock, audit and notification therefore exist once,
// here. The room knows no item by name and imports no domain room: what an
// approved case does (open an account, issue a licence) is an Effect, named in
// the item and registered by the room that owns it.
package casework
