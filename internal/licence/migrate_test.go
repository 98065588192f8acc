package licence_test

import (
	"context"
	"io/fs"
	"testing"
	"testing/fstest"

	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/licence"
)

// Licences from before they had versions are there, with their codes and
// files, and their series goes on.
func TestOlderLicencesStay(t *testing.T) {
	before := fstest.MapFS{}
	const first = "202611230500_licence_tables.sql"
	content, err := fs.ReadFile(licence.Migrations.Files, first)
	if err != nil {
		t.Fatal(err)
	}
	before[first] = &fstest.MapFile{Data: content}
	dbtest.Rehearsed(t, []db.Migrations{{Room: "licence", Files: before}}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		err := d.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			for _, statement := range []string{
				`INSERT INTO licence_sequence (kind, year, region, last) VALUES ('food-filing', 0, '341523', 2)`,
				`INSERT INTO licence (number, kind, year, region, sequence, title, item, case_id, document, unit, uscc, facts, code, status, reason, issued, withdrawn, file)
					VALUES ('YB23415230000018', 'food-filing', 0, '341523', 1, 't', 'x', 'c1', 'certificate', '店Ab', 'U1', '[]', 'code1', 'valid', '', 1600000000000000, 0, '{"hash":"h"}'),
					('YB23415230000026', 'food-filing', 0, '341523', 2, 't', 'x', 'c2', '', '店', 'U1', '[]', 'code2', 'withdrawn', 'why', 1600000000000000, 1600000001000000, '')`,
			} {
				if _, err := tx.ExecContext(ctx, statement); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Migrate(ctx, licence.Migrations); err != nil {
			t.Fatal(err)
		}
		o := open(t, d)
		l := o.found(t, "YB23415230000018")
		if l.Status != licence.Valid || l.Code != "code1" || l.File.Hash != "h" || !l.Until.IsZero() || len(l.Versions) != 1 || l.Versions[0].Case != "c1" || l.Content != "c1" {
			t.Errorf("%+v", l)
		}
		if l := o.found(t, "YB23415230000026"); l.Status != licence.Revoked || l.Reason != "why" || l.Ended.IsZero() {
			t.Errorf("%+v", l)
		}
		if found, _, err := o.List(ctx, licence.Query{Text: "店ab"}); err != nil || len(found) != 1 {
			t.Error(found, err)
		}
		if number, err := o.issue(ctx, "c3", nil); err != nil || number[9:15] != "000003" {
			t.Error(number, err)
		}
	})
}
