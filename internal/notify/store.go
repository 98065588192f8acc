package notify

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"wangban/internal/db"
	"wangban/internal/notify/sms"
	"wangban/internal/vault"
)

//go:embed migrations
var migrations embed.FS

// Migrations are the room's tables.
var Migrations = func() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err)
	}
	return db.Migrations{Room: "notify", Files: files}
}()

type kind string

const (
	notice kind = "notice"
	code   kind = "code"
)

// Reasons of our own, beside those of sms.
const (
	reasonReport    = "report"    // the carrier's report says so; provider_code tells why
	reasonForgotten = "forgotten" // the case's data was dropped before
)

// payload is what of a message is nobody else's business.
type payload struct {
	To     string
	Params map[string]string `json:",omitempty"`
	Text   string
	PerDay int `json:",omitempty"` // most of this template to the number a day
}

// row is a message as the database has it.
type row struct {
	id, caseID   string
	seq, place   int
	kind         kind
	party        string
	owner        string // in whose account it stands
	template     string
	index        string
	payload      payload
	segments     int
	night        bool
	state        State
	hold         string
	due          time.Time
	attempts     int
	counted      string // the day whose share it took
	reason       string
	providerCode string
	created      time.Time
	sent         time.Time
	settled      time.Time
}

func bound(id string) string { return "message/" + id }

func insertMessage(ctx context.Context, tx db.Tx, v *vault.Vault, r row) error {
	plain, err := json.Marshal(r.payload)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO message (id, case_id, seq, place, kind, party, template, number_index, sealed,
		segments, night, state, hold, due, attempts, counted, provider, provider_id, reason, provider_code, created, sent, settled, owner)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, '', '', '', '', '', $15, 0, 0, $16)`,
		r.id, r.caseID, r.seq, r.place, string(r.kind), r.party, r.template, r.index, v.Seal(plain, bound(r.id)),
		r.segments, r.night, string(r.state), r.hold, db.Micros(r.due), db.Micros(r.created), r.owner)
	return err
}

const columns = `id, case_id, seq, place, kind, party, template, number_index, sealed, segments, night, state, hold, due,
	attempts, counted, reason, provider_code, created, sent, settled`

func scan(v *vault.Vault, scan func(...any) error) (row, error) {
	var r row
	var sealed []byte
	var due, created, sent, settled int64
	if err := scan(&r.id, &r.caseID, &r.seq, &r.place, &r.kind, &r.party, &r.template, &r.index, &sealed, &r.segments, &r.night,
		&r.state, &r.hold, &due, &r.attempts, &r.counted, &r.reason, &r.providerCode, &created, &sent, &settled); err != nil {
		return row{}, err
	}
	r.due, r.created, r.sent, r.settled = db.Time(due), db.Time(created), db.Time(sent), db.Time(settled)
	if len(sealed) == 0 { // forgotten
		return r, nil
	}
	plain, err := v.Open(sealed, bound(r.id))
	if err != nil {
		return row{}, fmt.Errorf("%w: %s: %w", errUnreadable, r.id, err)
	}
	if err := json.Unmarshal(plain, &r.payload); err != nil {
		return row{}, fmt.Errorf("%w: %s: %w", errUnreadable, r.id, err)
	}
	return r, nil
}

// errUnreadable says that what is sealed in a row cannot be opened.
var errUnreadable = errors.New("the message cannot be read")

// take marks a message that is due as being sent until it counts as lost; mine
// is false when somebody else was faster.
func take(ctx context.Context, tx db.Tx, v *vault.Vault, m dueMessage, lost time.Time) (r row, mine bool, err error) {
	r, err = scan(v, tx.QueryRowContext(ctx, `UPDATE message SET state = 'sending', hold = '', attempts = attempts + 1, due = $3
		WHERE id = $1 AND due = $2 RETURNING `+columns, m.id, m.due, db.Micros(lost)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, false, nil
	}
	return r, err == nil, err
}

// holdDue holds a message that was not taken.
func holdDue(ctx context.Context, tx db.Tx, m dueMessage, why string, until time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE message SET state = 'held', hold = $3, due = $4 WHERE id = $1 AND due = $2`, m.id, m.due, why, db.Micros(until))
	return err
}

// hold holds a message that was taken.
func hold(ctx context.Context, tx db.Tx, id, why string, until time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE message SET state = 'held', hold = $2, due = $3 WHERE id = $1 AND state = 'sending'`,
		id, why, db.Micros(until))
	return err
}

func holdAfter(ctx context.Context, tx db.Tx, id, why string, until time.Time, reason, providerCode string) error {
	_, err := tx.ExecContext(ctx, `UPDATE message SET state = 'held', hold = $2, due = $3, reason = $4, provider_code = $5
		WHERE id = $1 AND state = 'sending'`, id, why, db.Micros(until), reason, providerCode)
	return err
}

// countMessage takes one from a share of the day, if there is one left.
func countMessage(ctx context.Context, tx db.Tx, index, day, template string, most int) (bool, error) {
	return one(tx.ExecContext(ctx, `INSERT INTO message_share (number_index, day, template, used) VALUES ($1, $2, $3, 1)
		ON CONFLICT (number_index, day, template) DO UPDATE SET used = message_share.used + 1 WHERE message_share.used < $4`, index, day, template, most))
}

func uncountMessage(ctx context.Context, tx db.Tx, index, day, template string) error {
	_, err := tx.ExecContext(ctx, `UPDATE message_share SET used = used - 1 WHERE number_index = $1 AND day = $2 AND template = $3`, index, day, template)
	return err
}

func dropShares(ctx context.Context, tx db.Tx, before string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM message_share WHERE day < $1`, before)
	return err
}

func markCounted(ctx context.Context, tx db.Tx, id, day string) error {
	_, err := tx.ExecContext(ctx, `UPDATE message SET counted = $2 WHERE id = $1`, id, day)
	return err
}

// recordSent keeps what a report said that was faster.
func recordSent(ctx context.Context, tx db.Tx, id string, receipt sms.Receipt, at time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE message SET provider = $2, provider_id = $3, sent = $4, due = 0,
		hold = '',
		state = CASE WHEN state IN ('delivered', 'failed') THEN state ELSE 'sent' END WHERE id = $1`, id, receipt.Provider, receipt.ProviderID, db.Micros(at))
	return err
}

func recordFailed(ctx context.Context, tx db.Tx, id, reason, providerCode string, at time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE message SET state = 'failed', hold = '', due = 0, reason = $2, provider_code = $3, settled = $4
		WHERE id = $1 AND state = 'sending'`, id, reason, providerCode, db.Micros(at))
	return err
}

func recordDelivered(ctx context.Context, tx db.Tx, id string, at time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE message SET state = 'delivered', hold = '', due = 0, reason = '', provider_code = '', settled = $2
		WHERE id = $1 AND state <> 'delivered'`, id, db.Micros(at))
	return err
}

func recordUndelivered(ctx context.Context, tx db.Tx, id, providerCode string, at time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE message SET state = 'failed', hold = '', due = 0, reason = $2, provider_code = $3, settled = $4
		WHERE id = $1 AND state NOT IN ('delivered', 'failed')`, id, reasonReport, providerCode, db.Micros(at))
	return err
}

func findByProvider(ctx context.Context, tx db.Tx, provider, providerID string) (id string, ok bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT id FROM message WHERE provider_id = $1 AND provider = $2 AND provider_id <> ''`, providerID, provider).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return id, err == nil, err
}

// dueMessage is a message that is to be taken up. Whoever changes due of a row
// has it: each compares what it has seen.
type dueMessage struct {
	id    string
	due   int64
	night bool // may go out at night
}

func dueMessages(ctx context.Context, q *sql.DB, k kind, now time.Time, limit int) (due []dueMessage, err error) {
	rows, err := q.QueryContext(ctx, `SELECT id, due, night FROM message WHERE kind = $1 AND due > 0 AND due <= $2 ORDER BY due, id LIMIT $3`,
		string(k), db.Micros(now), limit)
	if err != nil {
		return nil, fmt.Errorf("look for messages that are due: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var m dueMessage
		if err := rows.Scan(&m.id, &m.due, &m.night); err != nil {
			return nil, err
		}
		due = append(due, m)
	}
	return due, rows.Err()
}

// reopen lets the age of a message begin anew, so that it gets all its tries.
func reopen(ctx context.Context, tx db.Tx, id string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE message SET state = 'queued', attempts = 0, due = $2, created = $2, settled = 0
		WHERE id = $1 AND state = 'failed' AND kind = 'notice' AND number_index <> ''`, id, db.Micros(now))
	return err
}

func one(result sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

func oldCodes(ctx context.Context, q *sql.DB, before time.Time) (bool, error) {
	var n int
	err := q.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM message WHERE kind = 'code' AND number_index <> '' AND created < $1 LIMIT 1) AS old`, db.Micros(before)).Scan(&n)
	return n > 0, err
}

func forgetCodes(ctx context.Context, tx db.Tx, before time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE message SET sealed = $2, number_index = '', due = 0
		WHERE kind = 'code' AND number_index <> '' AND created < $1`, db.Micros(before), []byte{})
	return err
}

func forgetCase(ctx context.Context, tx db.Tx, caseID string, at time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE message SET sealed = $2, number_index = '', due = 0,
		reason = CASE WHEN state IN ('queued', 'held') THEN $3 ELSE reason END,
		settled = CASE WHEN state IN ('queued', 'held') THEN $4 ELSE settled END,
		state = CASE WHEN state IN ('queued', 'held') THEN 'failed' ELSE state END
		WHERE case_id = $1`, caseID, []byte{}, reasonForgotten, db.Micros(at))
	return err
}

func listRows(ctx context.Context, q *sql.DB, v *vault.Vault, where string, args ...any) (list []row, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+columns+` FROM message WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("list messages: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		r, err := scan(v, rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("list messages: %w", err)
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

func listMessages(ctx context.Context, q *sql.DB, v *vault.Vault, where string, args ...any) ([]Message, error) {
	rows, err := listRows(ctx, q, v, where, args...)
	messages := make([]Message, len(rows))
	for i, r := range rows {
		messages[i] = r.message()
	}
	return messages, err
}

func countStates(ctx context.Context, q *sql.DB) (map[State]int, error) {
	rows, err := q.QueryContext(ctx, `SELECT state, count(*) FROM message GROUP BY state`)
	if err != nil {
		return nil, fmt.Errorf("count messages: %w", err)
	}
	defer func() { _ = rows.Close() }()
	counts := map[State]int{}
	for rows.Next() {
		var s State
		var n int
		if err := rows.Scan(&s, &n); err != nil {
			return nil, err
		}
		counts[s] = n
	}
	return counts, rows.Err()
}

func isRead(ctx context.Context, q *sql.DB, reader, id string) (bool, error) {
	var n int
	err := q.QueryRowContext(ctx, `SELECT count(*) FROM message_read WHERE reader = $1 AND message_id = $2`, reader, id).Scan(&n)
	return n > 0, err
}

// caseOfRead is the case of a message that the reader has read; "" of any other.
func caseOfRead(ctx context.Context, tx db.Tx, id, reader string) (caseID string, err error) {
	err = tx.QueryRowContext(ctx, `SELECT m.case_id FROM message m JOIN message_read r ON r.message_id = m.id WHERE m.id = $1 AND r.reader = $2`, id, reader).Scan(&caseID)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return caseID, err
}
