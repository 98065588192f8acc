package licence

import (
	"context"
	"encoding/json"
	"fmt"

	"wangban/internal/db"
	"wangban/internal/form"
)

// Shows lists the licences one of whose versions shows the answers of a case in
// its document, or that the case has brought about, changed or ended.
func (r *Room) Shows(ctx context.Context, caseID string) ([]Licence, error) {
	return query(ctx, r.DB.Read(), r.Now(), `l.ended_case = $1 OR l.number IN (SELECT number FROM licence_version WHERE case_id = $1 OR content_id = $1) ORDER BY l.issued, l.number`, caseID)
}

// InForce tells whether somebody can still be asked to show a licence: it is
// valid, or suspended for now.
func (l Licence) InForce() bool { return l.Status == Valid || l.Status == Suspended }

// Forget drops in a transaction what the record of licences has of a case
// beyond what anybody may see: documents that show its answers, and reasons in
// an officer's words. The record itself stays, whole: number, holder, facts,
// validity and end are public (行政许可法 40) and answer whoever verifies a paper.
// release hears whose files are used no more.
func Forget(ctx context.Context, tx db.Tx, caseID string, release func(holder string) error) error {
	rows, err := tx.QueryContext(ctx, `SELECT number, version FROM licence_version WHERE content_id = $1 ORDER BY number, version`, caseID)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	var holders []string
	for rows.Next() {
		var number string
		var version int
		if err := rows.Scan(&number, &version); err != nil {
			return err
		}
		holders = append(holders, Holder(number, version))
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, h := range holders {
		if err := release(h); err != nil {
			return err
		}
	}
	for _, statement := range []string{
		`UPDATE licence_version SET document = '', file = '' WHERE content_id = $1`,
		`UPDATE licence_version SET reason = '' WHERE case_id = $1`,
		`UPDATE licence SET reason = '' WHERE ended_case = $1`,
	} {
		if _, err := tx.ExecContext(ctx, statement, caseID); err != nil {
			return fmt.Errorf("forget the documents of licences: %w", err)
		}
	}
	return nil
}

// Holder is by what name the store of files knows a version of a licence.
func Holder(number string, version int) string { return fmt.Sprintf("licence/%s/%d", number, version) }

// Files tells the file of every version that has one, in order to count its
// uses.
func (r *Room) Files(ctx context.Context, each func(holder, hash string) error) error {
	rows, err := r.DB.Read().QueryContext(ctx, `SELECT number, version, file FROM licence_version WHERE file <> '' ORDER BY number, version`)
	if err != nil {
		return fmt.Errorf("look for the documents of licences: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var number, text string
		var version int
		var f form.File
		if err := rows.Scan(&number, &version, &text); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(text), &f); err != nil {
			return err
		}
		if err := each(Holder(number, version), f.Hash); err != nil {
			return err
		}
	}
	return rows.Err()
}

// ForgetImported drops what is personal in a licence that was imported, for
// good, and the documents that show it. Number, holder, public facts, validity
// and end stay, as with every licence; the file that it came from is not here.
// said is who has decided it, when and why, and stays on record; release hears
// whose files are used no more.
func ForgetImported(ctx context.Context, tx db.Tx, number, said string, release func(holder string) error) error {
	versions, err := importedVersions(ctx, tx, number)
	if err != nil {
		return err
	}
	for _, version := range versions {
		if err := release(Holder(number, version)); err != nil {
			return err
		}
	}
	return forgetImported(ctx, tx, number, said)
}
