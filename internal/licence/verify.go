package licence

import (
	"context"
	"crypto/subtle"
	"strings"

	"wangban/internal/cn"
)

// Verify tells what stands of a licence to whoever has its code, by scanning
// it. A wrong code and a number that does not exist give the same ErrUnknown,
// so that numbers, which can be guessed, tell nothing.
func (r *Room) Verify(ctx context.Context, number, code string) (Public, error) {
	return r.verify(ctx, number, func(l Licence) string { return l.Code }, strings.ToLower(strings.TrimSpace(code)))
}

// VerifyUnit tells the same to whoever has a licence on paper: number and the
// unit's code together.
func (r *Room) VerifyUnit(ctx context.Context, number, uscc string) (Public, error) {
	return r.verify(ctx, number, func(l Licence) string { return l.USCC }, cn.Code(uscc))
}

func (r *Room) verify(ctx context.Context, number string, proof func(Licence) string, given string) (Public, error) {
	l, ok, err := r.Find(ctx, number)
	if err != nil {
		return Public{}, err
	}
	want := proof(l)
	if !ok || want == "" || subtle.ConstantTimeCompare([]byte(want), []byte(given)) != 1 {
		return Public{}, ErrUnknown
	}
	return l.Public, nil
}
