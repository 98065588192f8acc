package licence_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/licence"
)

// The public list finds by number, code, name, kind, town and status, page by
// page, and tells nothing that is not public.
func TestList(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o, ctx := open(t, d), t.Context()
		o.values = maps.Clone(o.values)
		var all []licence.Licence
		for i := range 7 {
			o.values[o.it.Flow.Title] = fmt.Sprintf("舒城县第%d_便利店", i)
			o.values[o.it.Flow.Subject] = cn.MakeUSCC(cn.Enterprise, "341523", 300+i)
			o.values[o.it.Flow.Town] = []string{"341523100", "341523101"}[i%2]
			o.now = friday.Add(time.Duration(i/2) * time.Hour) // some at the same instant
			all = append(all, o.issueFor(t, fmt.Sprint("case-", i), []string{"", "1 month"}[i%2]))
		}
		secret := casework.Call{With: maps.Clone(o.call.With)}
		secret.With["listed"] = "no"
		if _, err := o.issueAs(ctx, secret, "secret", o.now, nil); err != nil {
			t.Fatal(err)
		}
		o.values[o.it.Flow.Subject] = all[2].USCC
		if _, err := o.act(ctx, "cancel", all[2].Number, nil, nil); err != nil {
			t.Fatal(err)
		}
		o.now = o.now.AddDate(0, 2, 0)
		for name, c := range map[string]struct {
			q    licence.Query
			want string
		}{
			"all":           {licence.Query{}, "6543210"},
			"number":        {licence.Query{Text: strings.ToLower(all[3].Number)}, "3"},
			"code":          {licence.Query{Text: all[4].USCC}, "4"},
			"part of names": {licence.Query{Text: "第5"}, "5"},
			"no pattern":    {licence.Query{Text: "第%店"}, ""},
			"nor this":      {licence.Query{Text: "县_第"}, ""},
			"underscore":    {licence.Query{Text: "_便利"}, "6543210"},
			"kind":          {licence.Query{Kind: all[0].Kind, Town: "341523101"}, "531"},
			"another kind":  {licence.Query{Kind: "nothing"}, ""},
			"valid":         {licence.Query{Status: licence.Valid}, "640"},
			"expired":       {licence.Query{Status: licence.Expired}, "531"},
			"cancelled":     {licence.Query{Status: licence.Cancelled}, "2"},
			"no status":     {licence.Query{Status: "x' OR 1=1"}, ""},
			"broken text":   {licence.Query{Text: "\xff"}, ""},
			"broken kind":   {licence.Query{Kind: "\xc3"}, ""},
			"broken town":   {licence.Query{Town: "3415\x00"}, ""},
			"broken status": {licence.Query{Status: "valid\xff"}, ""},
			"broken cursor": {licence.Query{After: "1-\xff"}, ""},
			"a bad cursor":  {licence.Query{After: "x-"}, "6543210"},
		} {
			var got string
			c.q.Limit = 2
			for pages := 0; pages < 5; pages++ {
				found, after, err := o.List(ctx, c.q)
				if err != nil || len(found) > 2 {
					t.Fatal(name, err)
				}
				for _, p := range found {
					for i, l := range all {
						if l.Number == p.Number {
							got += fmt.Sprint(i)
						}
					}
				}
				if c.q.After = after; after == "" {
					break
				}
			}
			if sorted(got) != sorted(c.want) || len(got) != len(c.want) {
				t.Errorf("%s: %q, not %q", name, got, c.want)
			}
		}
		if kinds := o.Kinds(); len(kinds) == 0 || kinds[0].Name == "" || kinds[0].Title == "" {
			t.Error(kinds)
		}
	})
}

func sorted(s string) string {
	out := ""
	for d := '9'; d >= '0'; d-- {
		out += strings.Repeat(string(d), strings.Count(s, string(d)))
	}
	return out
}

// With 100,000 licences every question of the list goes by an index, but for a
// part of a name, for which the whole list is read (some 40 ms), on both
// databases.
func TestListPlans(t *testing.T) {
	const many = 100_000
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		err := d.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO licence (number, kind, series, sequence, version, title, item, unit, name_key, uscc, town, facts, identity, listed,
					status, reason, replaces, replaced, issued, valid_from, until, ended, ended_case)
				WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < `+fmt.Sprint(many)+`)
				SELECT 'YB' || (23415230000000 + i), CASE i % 3 WHEN 0 THEN 'food' WHEN 1 THEN 'filing' ELSE 'equipment' END, 's', i, 1, 't', 'x',
					'舒城县第' || i || '店', '舒城县第' || i || '店', '91341523' || (1000000000 + i), '3415231' || (10 + i % 22), '[]', '', 1,
					'valid', '', '', '', 1600000000000000 + i * 1000000, 0, 0, 0, '' FROM n`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.JobPool().ExecContext(ctx, "ANALYZE licence"); err != nil {
			t.Fatal(err)
		}
		o := open(t, d)
		for name, q := range map[string]licence.Query{
			"first page": {}, "a later page": {After: "1600050000000000-YB23415230050000"}, "number": {Text: "YB23415230077777"}, "code": {Text: "913415231000077777"},
			"kind": {Kind: "food"}, "town": {Town: "341523115"}, "a new name": {Text: "第99999店"}, "an old name": {Text: "第77店"},
		} {
			q.Limit = 50
			began := time.Now()
			found, _, err := o.List(ctx, q)
			took := time.Since(began)
			if err != nil || len(found) == 0 {
				t.Errorf("%s: %d found, %v", name, len(found), err)
			}
			statement, args := o.Statement(q)
			plan, err := explain(ctx, d, statement, args)
			if err != nil {
				t.Fatal(name, err)
			}
			t.Logf("%s: %s\n%s", name, took, plan)
			if scans := strings.Contains(plan, "Seq Scan") || strings.Contains(plan, "SCAN licence"); scans && !strings.Contains(name, "name") {
				t.Errorf("%s reads the whole table:\n%s", name, plan)
			}
		}
	})
}

func explain(ctx context.Context, d *db.DB, statement string, args []any) (string, error) {
	word := "EXPLAIN QUERY PLAN "
	if d.Dialect() == db.Postgres {
		word = "EXPLAIN "
	}
	rows, err := d.Read().QueryContext(ctx, word+statement, args...)
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }()
	var plan strings.Builder
	for rows.Next() {
		var a, b, c int
		var line string
		if d.Dialect() == db.Postgres {
			err = rows.Scan(&line)
		} else {
			err = rows.Scan(&a, &b, &c, &line)
		}
		if err != nil {
			return "", err
		}
		plan.WriteString(line + "\n")
	}
	return plan.String(), rows.Err()
}
