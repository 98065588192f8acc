package notify

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"wangban/internal/db"
)

// Boxed is a message in somebody's account (站内消息): the same as was sent to
// the phone, there whatever becomes of the SMS.
type Boxed struct {
	Message
	Read bool
}

// BoxPage is how many messages a page of the box holds.
const BoxPage = 30

// Reader is whose box it is. The caller says what they may read.
type Reader struct {
	ID      string            // who marks as read
	Owners  []string          // the account and the browser: all that was told to them as applicants
	Parties map[string]string // single cases opened by a code, with the name of the reader's part in each
}

// Box lists what the reader was told, the newest first. After is the ID of the
// last message of the page before; more tells that another follows. What a page
// costs does not grow with what is in the box.
func (o *Outbox) Box(ctx context.Context, r Reader, after string) (page []Boxed, more bool, err error) {
	var found []Message
	for _, w := range r.parts() {
		if after != "" {
			w.args = append(w.args, after)
			w.sql += fmt.Sprintf(` AND id < $%d`, len(w.args))
		}
		some, err := listMessages(ctx, o.db.Read(), o.vault, w.sql+fmt.Sprintf(` ORDER BY id DESC LIMIT %d`, BoxPage+1), w.args...)
		if err != nil {
			return nil, false, err
		}
		found = append(found, some...)
	}
	slices.SortFunc(found, func(a, b Message) int { return cmp.Compare(b.ID, a.ID) })
	found = slices.CompactFunc(found, func(a, b Message) bool { return a.ID == b.ID }) // owned, and opened by a code too
	if more = len(found) > BoxPage; more {
		found = found[:BoxPage]
	}
	for _, m := range found {
		read, err := isRead(ctx, o.db.Read(), r.ID, m.ID)
		if err != nil {
			return nil, false, err
		}
		page = append(page, Boxed{m, read})
	}
	return page, more, nil
}

// MostUnread is how far unread messages are counted.
const MostUnread = 100

// Unread counts what the reader has not read, up to MostUnread.
func (o *Outbox) Unread(ctx context.Context, r Reader) (n int, err error) {
	seen := map[string]bool{}
	for _, w := range r.parts() {
		w.args = append(w.args, r.ID)
		ids, err := o.texts(ctx, `SELECT id FROM message WHERE `+w.sql+fmt.Sprintf(
			` AND NOT EXISTS (SELECT 1 FROM message_read r WHERE r.reader = $%d AND r.message_id = message.id) ORDER BY id DESC LIMIT %d`, len(w.args), MostUnread), w.args...)
		if err != nil {
			return 0, fmt.Errorf("count unread messages: %w", err)
		}
		for _, id := range ids {
			seen[id] = true
		}
	}
	return min(len(seen), MostUnread), nil
}

// texts are the one column of a query.
func (o *Outbox) texts(ctx context.Context, query string, args ...any) (all []string, err error) {
	rows, err := o.db.Read().QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, rows.Err()
}

// MarkRead marks messages of the box as read: the one with that ID, or all for
// an empty one. It tells the case of the one; "" when it is not in the box.
func (o *Outbox) MarkRead(ctx context.Context, r Reader, id string) (caseID string, err error) {
	err = o.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		caseID = ""
		for _, w := range r.parts() {
			if id != "" {
				w.args = append(w.args, id)
				w.sql += fmt.Sprintf(` AND id = $%d`, len(w.args))
			}
			w.args = append(w.args, r.ID, db.Micros(o.now()))
			n := len(w.args)
			if _, err := tx.ExecContext(ctx, fmt.Sprintf(`INSERT INTO message_read (reader, message_id, at) SELECT $%d, id, $%d FROM message WHERE `, n-1, n)+w.sql+
				` ON CONFLICT DO NOTHING`, w.args...); err != nil {
				return err
			}
		}
		if id == "" {
			return nil
		}
		caseID, err = caseOfRead(ctx, tx, id, r.ID)
		return err
	})
	return caseID, err
}

// part is the condition for some of a box's messages.
type part struct {
	sql  string
	args []any
}

// parts are those of a box, each read by an index of its own.
func (r Reader) parts() []part {
	var out []part
	for _, owner := range r.Owners {
		if owner != "" {
			out = append(out, part{`owner = $1 AND owner <> ''`, []any{owner}})
		}
	}
	var either []string
	var args []any
	for _, id := range slices.Sorted(maps.Keys(r.Parties)) {
		args = append(args, id, r.Parties[id])
		either = append(either, fmt.Sprintf(`(case_id = $%d AND party = $%d)`, len(args)-1, len(args)))
	}
	if len(either) > 0 {
		out = append(out, part{`kind = 'notice' AND (` + strings.Join(either, ` OR `) + `)`, args})
	}
	return out
}

// Own says in whose account the messages of a case stand: those that were for
// its party. It is for whoever takes a case over, and for messages from before
// they said it themselves.
func (o *Outbox) Own(ctx context.Context, tx db.Tx, caseID, owner, party string) error {
	_, err := tx.ExecContext(ctx, `UPDATE message SET owner = CASE WHEN kind = 'notice' AND party = $2 THEN $3 ELSE '' END WHERE case_id = $1`, caseID, party, owner)
	return err
}

// Unowned are some cases whose messages do not say yet in whose account they
// stand.
func (o *Outbox) Unowned(ctx context.Context, most int) ([]string, error) {
	return o.texts(ctx, `SELECT DISTINCT case_id FROM message WHERE owner IS NULL ORDER BY case_id LIMIT $1`, most)
}
