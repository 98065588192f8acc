package blob

import "context"

// Delete removes a file, whoever uses it; one that is not there is no error. The
// house takes files away by Sweep.
func (s *Store) Delete(ctx context.Context, hash string) error {
	if !isHash(hash) {
		return nil
	}
	return s.shelf.remove(ctx, s.name(hash))
}
