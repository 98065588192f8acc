package account

import (
	"context"
	"sync/atomic"
	"testing"

	"wangban/internal/db"
	"wangban/internal/form"
)

// CountComparisons counts how often a password is held against a hash, for as
// long as the test.
func CountComparisons(t *testing.T) *atomic.Int64 {
	var n atomic.Int64
	compare = func(hash, password string) bool {
		n.Add(1)
		return form.PasswordMatches(hash, password)
	}
	t.Cleanup(func() { compare = form.PasswordMatches })
	return &n
}

// OnStandIn sets what happens in the transaction that puts down an absence.
func (r *Room) OnStandIn(fn func(ctx context.Context, tx db.Tx, a Absence) error) { r.standIn = fn }
