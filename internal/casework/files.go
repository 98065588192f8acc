package casework

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"wangban/internal/db"
)

// fileHashes are files as events have them: an upload or a signed document, the
// copy that is shown, a picture kept as evidence. What people type cannot look
// like it, for JSON escapes its quotation marks; the hash of an item's version
// has no name beside it.
var fileHashes = []*regexp.Regexp{
	regexp.MustCompile(`"hash":"([0-9a-f]{64})","(?:view|name)"`),
	regexp.MustCompile(`"(?:view|picture)":"([0-9a-f]{64})"`),
}

// filesIn are the hashes of the files that an event brings, from what is sealed
// of it.
func filesIn(said []byte) (hashes []string) {
	for _, pattern := range fileHashes {
		for _, m := range pattern.FindAllSubmatch(said, -1) {
			if hash := string(m[1]); !slices.Contains(hashes, hash) {
				hashes = append(hashes, hash)
			}
		}
	}
	return hashes
}

// useFiles records that the case uses the files of an event.
func (d *Door) useFiles(ctx context.Context, tx db.Tx, e Event) error {
	if d.uses == nil {
		return nil
	}
	hashes := filesIn(e.said)
	if len(hashes) == 0 {
		return nil
	}
	gone, err := d.uses(ctx, tx, e.Case, hashes)
	if err == nil && gone {
		return refuse(CodeIncomplete, "有一个文件已经不在了，可能刚被删除。重新上传这个文件再试。")
	}
	return err
}

// Files tells of every case the files that its events have brought, in order to
// count their uses. A case that is forgotten has none.
func (d *Door) Files(ctx context.Context, each func(caseID string, hashes []string) error) error {
	after := ""
	for {
		ids, err := caseIDs(ctx, d.db.Read(), after)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			hashes, err := d.filesOf(ctx, id)
			if err != nil {
				return err
			}
			if len(hashes) > 0 {
				if err := each(id, hashes); err != nil {
					return err
				}
			}
			after = id
		}
	}
}

func (d *Door) filesOf(ctx context.Context, id string) (hashes []string, err error) {
	var wrapped []byte
	if err := d.db.Read().QueryRowContext(ctx, `SELECT wrapped FROM cases WHERE id = $1`, id).Scan(&wrapped); err != nil || len(wrapped) == 0 {
		return nil, err
	}
	key, err := d.vault.Unwrap(wrapped)
	if err != nil {
		return nil, fmt.Errorf("case %s: %w", id, err)
	}
	rows, err := rowsOf(ctx, d.db.Read(), id)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		said, err := key.Open(r.sealed, r.place())
		if err != nil {
			return nil, fmt.Errorf("event %d of case %s: %w", r.Seq, id, err)
		}
		hashes = append(hashes, filesIn(said)...)
	}
	return hashes, nil
}

// abandonedDays is how long what was handed in with an abandoned application is
// kept after its end (T24).
const abandonedDays = 30

// Abandoned are cases that ended that long ago and whose files nobody will ask
// for: never handed in, or ended because nothing happened any more. It looks at
// those that ended after the given instant, at most 200, the oldest first, and
// tells the instant to go on from; none left is the empty list.
func (d *Door) Abandoned(ctx context.Context, after int64) (ids []string, last int64, err error) {
	before := db.Micros(d.now().AddDate(0, 0, -abandonedDays))
	rows, err := d.db.Read().QueryContext(ctx, `SELECT c.id, c.updated FROM cases c
		WHERE c.ended = 'ended' AND c.updated > $1 AND c.updated < $2
			AND (c.number = '' OR EXISTS (SELECT 1 FROM case_event e WHERE e.case_id = c.id AND e.act = 'idle' AND e.stage_to = c.stage))
		ORDER BY c.updated, c.id LIMIT 200`, after, before)
	if err != nil {
		return nil, after, fmt.Errorf("look for abandoned cases: %w", err)
	}
	defer func() { _ = rows.Close() }()
	last = after
	for rows.Next() {
		var id string
		if err := rows.Scan(&id, &last); err != nil {
			return nil, after, err
		}
		ids = append(ids, id)
	}
	return ids, last, rows.Err()
}
