package notify

import (
	"context"
	"fmt"
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

// Box lists what was told about cases, the newest first, with what the reader
// has read of it. Which cases, and who of their people reads, is decided by the
// caller: parties are the names of the reader's part in each. After is the ID
// of the last message of the page before; more tells that another follows.
func (o *Outbox) Box(ctx context.Context, reader string, parties map[string]string, after string) (page []Boxed, more bool, err error) {
	where, args := boxed(parties, 1)
	if where == "" {
		return nil, false, nil
	}
	if after != "" {
		args = append(args, after)
		where += fmt.Sprintf(` AND id < $%d`, len(args))
	}
	found, err := listMessages(ctx, o.db.Read(), o.vault, where+fmt.Sprintf(` ORDER BY id DESC LIMIT %d`, BoxPage+1), args...)
	if err != nil {
		return nil, false, err
	}
	if more = len(found) > BoxPage; more {
		found = found[:BoxPage]
	}
	for _, m := range found {
		read, err := isRead(ctx, o.db.Read(), reader, m.ID)
		if err != nil {
			return nil, false, err
		}
		page = append(page, Boxed{m, read})
	}
	return page, more, nil
}

// Unread counts what the reader has not read.
func (o *Outbox) Unread(ctx context.Context, reader string, parties map[string]string) (n int, err error) {
	where, args := boxed(parties, 2)
	if where == "" {
		return 0, nil
	}
	err = o.db.Read().QueryRowContext(ctx, `SELECT count(*) FROM message WHERE `+where+`
		AND NOT EXISTS (SELECT 1 FROM message_read r WHERE r.reader = $1 AND r.message_id = message.id)`, append([]any{reader}, args...)...).Scan(&n)
	return n, err
}

// MarkRead marks messages of the box as read: the one with that ID, or all for
// an empty one. It tells the case of the one; "" when it is not in the box.
func (o *Outbox) MarkRead(ctx context.Context, reader string, parties map[string]string, id string) (caseID string, err error) {
	where, args := boxed(parties, 3)
	if where == "" {
		return "", nil
	}
	args = append([]any{reader, db.Micros(o.now())}, args...)
	if id != "" {
		args = append(args, id)
		where += fmt.Sprintf(` AND id = $%d`, len(args))
	}
	err = o.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		caseID = ""
		_, err := tx.ExecContext(ctx, `INSERT INTO message_read (reader, message_id, at) SELECT $1, id, $2 FROM message WHERE `+where+` ON CONFLICT DO NOTHING`, args...)
		if err != nil || id == "" {
			return err
		}
		caseID, err = caseOfRead(ctx, tx, id, reader)
		return err
	})
	return caseID, err
}

// boxed is the condition for notices about cases to their party, with
// parameters from $first on.
func boxed(parties map[string]string, first int) (where string, args []any) {
	var either []string
	for id, party := range parties {
		either = append(either, fmt.Sprintf(`(case_id = $%d AND party = $%d)`, first+len(args), first+len(args)+1))
		args = append(args, id, party)
	}
	if len(either) == 0 {
		return "", nil
	}
	return `kind = 'notice' AND (` + strings.Join(either, ` OR `) + `)`, args
}
