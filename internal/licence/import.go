package licence

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/item"
)

// Licences from before there was this platform (存量证照) come from a file: then
// their holders can change, renew, replace and give them up here, and the
// office can correct and revoke them. Such a licence is on record with what the
// file says of it. It has no certificate of its own: what was signed at its
// issue, if anything, was signed elsewhere, and nothing here claims otherwise.
// The next change, renewal or replacement makes one. docs/licences-from-before.md
// tells administrators how; docs/decisions/ why it is so.

// Import is where a licence came from that was not issued here.
type Import struct {
	File   string // name of the file
	Line   int
	Digest string // SHA-256 of the file, hex
	By     string // name of the member of staff who answers for it; for the house
	At     time.Time

	hash, document, record string
}

// Importing is what to import.
type Importing struct {
	Item         string // that issues such licences
	Name         string // of the file
	File         io.ReadSeeker
	ByID, ByName string // member of staff who answers for it
	DryRun       bool   // tell what would be done, and do nothing
}

// Imports are what an import did, or would do.
type Imports struct {
	Rows, Added, Unchanged int
	Wrong                  int       // rows
	Problems               []Problem // in the order of the file, the first thousand
	More                   int       // problems beyond these
	Series                 []Continued
	Digest                 string
}

// Continued is a series of numbers that goes on behind imported ones.
type Continued struct {
	Series string
	Last   int64 // the next number is the one after
}

const mostProblems = 1000

func (i *Imports) add(problems ...Problem) {
	fit := min(len(problems), mostProblems-len(i.Problems))
	i.Problems = append(i.Problems, problems[:fit]...)
	i.More += len(problems) - fit
}

// Import brings licences on record out of a CSV file, all of them or, with a
// mistake anywhere, none. What is on record already as the file says it stays
// as it is: the same file can be imported again. What is on record otherwise is
// a mistake; it is put right by the office's own items, with a decision.
//
// A file that cannot be used at all gives *Unusable.
func (r *Room) Import(ctx context.Context, o Importing) (Imports, error) {
	t, err := openTable(o.File)
	if err != nil {
		return Imports{}, err
	}
	p, err := r.newImporter(o.Item, t)
	if err != nil {
		return Imports{}, err
	}
	out := Imports{Digest: t.digest}
	rows, err := p.all(ctx, &out)
	if err != nil {
		return out, err
	}
	known, err := onRecord(ctx, r.DB.Read(), rows)
	if err != nil {
		return out, err
	}
	news := out.news(p, rows, known)
	if out.Wrong > 0 || o.DryRun {
		slices.SortStableFunc(out.Problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
		return out, nil
	}
	if len(news) == 0 {
		return out, nil
	}
	record := importRecord{id: newCode(), item: o.Item, file: o.Name, digest: t.digest, byID: o.ByID, byName: o.ByName, rows: out.Rows, added: len(news), at: p.at}
	ready, err := r.seal(p, news)
	if err != nil {
		return out, err
	}
	return out, r.DB.Write(ctx, func(ctx context.Context, tx db.Tx) error { return keepImport(ctx, tx, record, ready, out.Series) })
}

// all reads the rows of the file.
func (p *importer) all(ctx context.Context, out *Imports) ([]importedRow, error) {
	var rows []importedRow
	first := map[string]int{}
	for {
		cells, line, broken, done := p.table.row()
		if broken != nil {
			out.Rows++
			out.Wrong++
			out.add(*broken)
		}
		if done {
			return rows, ctx.Err()
		}
		if broken != nil {
			continue
		}
		if out.Rows++; out.Rows > MostImported {
			return nil, unusable("文件超过 %d 行。分成几个文件导入。", MostImported)
		}
		row, problems := p.row(cells, line)
		number := row.licence.Number
		if earlier, twice := first[number]; twice && len(problems) == 0 {
			problems = append(problems, Problem{Line: line, Column: p.table.place(p.fixed[colNumber]), Text: "和第 %d 行是同一个编号。核对后删去一行。", Args: []any{earlier}})
		}
		if len(problems) > 0 {
			out.Wrong++
			out.add(problems...)
			continue
		}
		first[number] = line
		said, err := json.Marshal(struct {
			Item                     string
			Number, Holder, USCC     string
			Status                   Status
			Issued, From, Until, End int64
			Said                     imported
		}{p.it.Name, number, row.licence.Unit, row.licence.USCC, row.licence.Status, micros(row.licence.Issued), micros(row.licence.From), micros(row.licence.Until), micros(row.ended), row.said})
		if err != nil {
			return nil, err
		}
		row.digest = p.room.Vault.Index("licence-row", string(said))
		rows = append(rows, row)
		if len(rows)%1000 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
}

// news are the rows that are not on record yet. Where a number is on record
// with something else, the row is wrong.
func (i *Imports) news(p *importer, rows []importedRow, known map[string]string) (news []importedRow) {
	last := map[string]int64{}
	for _, row := range rows {
		digest, there := known[row.licence.Number]
		switch {
		case !there:
			i.Added++
			news = append(news, row)
			if row.taken.series != "" {
				last[row.taken.series] = max(last[row.taken.series], row.taken.sequence)
			}
		case digest == row.digest:
			i.Unchanged++
		default:
			text := "这个编号已经导入过，内容和这一行不一样。要更正的，在工作台对这份证照依职权更正；是别的证照的，核对编号。"
			if digest == "" {
				text = "这个编号本平台已经发给别的证照。核对编号。"
			}
			i.Wrong++
			i.add(Problem{Line: row.line, Column: p.table.place(p.fixed[colNumber]), Text: text})
		}
	}
	for _, series := range slices.Sorted(maps.Keys(last)) {
		i.Series = append(i.Series, Continued{series, last[series]})
	}
	return news
}

// sealedRow is a row with what is personal in it sealed.
type sealedRow struct {
	importedRow
	hash, document  string
	wrapped, sealed []byte
}

func (r *Room) seal(p *importer, rows []importedRow) ([]sealedRow, error) {
	out := make([]sealedRow, len(rows))
	for i, row := range rows {
		key, wrapped, err := r.Vault.NewKey()
		if err != nil {
			return nil, err
		}
		said, err := json.Marshal(row.said)
		if err != nil {
			return nil, err
		}
		out[i] = sealedRow{importedRow: row, hash: p.it.Hash, document: p.with["document"], wrapped: wrapped, sealed: key.Seal(said, bound(row.licence.Number))}
	}
	return out, nil
}

func bound(number string) string { return "licence/" + number }

// personIndex is by what a holder's document is found.
func (r *Room) personIndex(kind, number string) string {
	return r.Vault.Index("licence-holder", kind+"/"+cn.Code(number))
}

// OfPerson lists the licences that were imported as those of a person, by the
// person's document, the latest first. What was handed on to another holder
// since is that one's.
func (r *Room) OfPerson(ctx context.Context, idType, idNumber string) ([]Licence, error) {
	if r.Vault == nil || idNumber == "" {
		return nil, nil
	}
	all, err := query(ctx, r.DB.Read(), r.Now(), `l.number IN (SELECT number FROM licence_imported WHERE person = $1) ORDER BY l.issued DESC, l.number`, r.personIndex(idType, idNumber))
	return slices.DeleteFunc(all, func(l Licence) bool { return l.act == ActChange }), err
}

// Answers are what is known of an imported licence by the questions of the item
// that issues such licences, with the version of it by which they were checked;
// false when it was not imported, or what was personal in it is forgotten.
func (r *Room) Answers(ctx context.Context, number string) (form.Values, *item.Item, bool, error) {
	return r.answers(ctx, r.DB.Read(), number)
}

func (r *Room) answers(ctx context.Context, q casework.Queryer, number string) (form.Values, *item.Item, bool, error) {
	var hash string
	var wrapped, sealed []byte
	err := q.QueryRowContext(ctx, `SELECT hash, wrapped, sealed FROM licence_imported WHERE number = $1`, number).Scan(&hash, &wrapped, &sealed)
	if errors.Is(err, sql.ErrNoRows) || err == nil && len(wrapped) == 0 {
		return nil, nil, false, nil
	}
	if err != nil {
		return nil, nil, false, err
	}
	it, ok := r.Items.Version(hash)
	if !ok {
		return nil, nil, false, fmt.Errorf("the item version of imported licence %s is not in the library", number)
	}
	key, err := r.Vault.Unwrap(wrapped)
	if err != nil {
		return nil, nil, false, fmt.Errorf("imported licence %s: %w", number, err)
	}
	said, err := key.Open(sealed, bound(number))
	if err != nil {
		return nil, nil, false, fmt.Errorf("imported licence %s: %w", number, err)
	}
	var row imported
	err = json.Unmarshal(said, &row)
	return row.Values, it, err == nil, err
}

// shown is what the document of a version shows: a case, or what was imported
// with the answers of the case that made the version over it.
func (r *Room) shown(ctx context.Context, l Licence) (casework.State, *item.Item, error) {
	if !l.imported {
		return r.Case(ctx, l.Content)
	}
	values, it, ok, err := r.Answers(ctx, l.Number)
	if err == nil && !ok { // with another number since
		values, it, ok, err = r.Answers(ctx, l.Replaces)
	}
	if err != nil || !ok {
		return casework.State{}, nil, cmp.Or(err, ErrNoDocument)
	}
	s, by, err := r.Case(ctx, l.Content)
	if err != nil {
		return s, nil, err
	}
	return casework.State{ID: s.ID, Number: s.Number, Item: it.Name, Hash: it.Hash, Values: over(values, it, s, by), UpdatedAt: s.UpdatedAt}, it, nil
}

// over lays what a case says over what was imported, where both forms ask for
// it under one name and in one way.
func over(values form.Values, it *item.Item, s casework.State, by *item.Item) form.Values {
	out := maps.Clone(values)
	for id, value := range by.Form.Asked(s.Values) {
		f, known := it.Form.Field(id)
		if was, _ := by.Form.Field(id); known && f.Type == was.Type && f.Type != form.TypeFile && f.Type != form.TypeRows && !f.Type.Own() {
			out[id] = value
		}
	}
	return out
}

// certified gives a version of an imported licence the document that its item
// makes when it issues one, where the act that makes the version has none of
// its own: the first certificate that is signed here. Where an answer that it
// shows is missing, the act is refused: half a certificate is none.
func (r *Room) certified(ctx context.Context, tx db.Tx, g grant, old Licence, v Version) (Version, error) {
	if v.Document != "" || old.Imported.IsZero() || v.Act == ActSuspend {
		return v, nil
	}
	from, err := importOf(ctx, tx, old.Number)
	if err != nil || from == nil || from.document == "" {
		return v, err
	}
	values, it, ok, err := r.answers(ctx, tx, old.Number)
	if err != nil || !ok {
		return v, err
	}
	if missing := lacking(over(values, it, g.after, g.it), it, from.document, from.record); len(missing) > 0 {
		return v, refuse("编号 %s 的证照是历史数据，没有“%s”，做不出完整的电子证照。先更正或者变更，补上这些内容，再办这一项。", old.Number, strings.Join(missing, "、"))
	}
	v.Document, v.Content, v.Record, v.imported = from.document, g.after.ID, from.record, true
	return v, nil
}

// incomplete tells what an imported licence lacks for the certificate that the
// case's item would make of it; nothing where the item has a certificate of its
// own, whose form asks for everything.
func (r *Room) incomplete(ctx context.Context, q casework.Queryer, g grant, l Licence) ([]string, error) {
	if l.Imported.IsZero() || l.Document != "" || r.Vault == nil {
		return nil, nil
	}
	makes := slices.ContainsFunc(effectsOf(g.it), func(use item.EffectUse) bool {
		act := Act(strings.TrimPrefix(use.Name, "licence."))
		return slices.Contains([]Act{ActChange, ActRenew, ActReplace, ActResume}, act) && use.With["document"] == "" && slices.Contains(strings.Fields(use.With["kind"]), l.Kind)
	})
	if !makes {
		return nil, nil
	}
	from, err := importOf(ctx, q, l.Number)
	if err != nil || from == nil || from.document == "" {
		return nil, err
	}
	values, it, ok, err := r.answers(ctx, q, l.Number)
	if err != nil || !ok {
		return nil, err
	}
	return lacking(over(values, it, g.after, g.it), it, from.document, from.record), nil
}

// lacking are the questions that have to be answered, that a document shows,
// and that nobody has answered.
func lacking(values form.Values, it *item.Item, document, of string) (labels []string) {
	shows := it.Shows(document)
	missing := func(f form.Field) bool { return slices.Contains(shows, f.ID) && !slices.Contains(labels, f.Label) }
	for _, p := range form.Validate(it.Form, values, form.Context{}) {
		f, ok := it.Form.Field(p.Field)
		if ok && p.Sub != "" {
			f, ok = f.Sub(p.Sub)
		}
		holder := f.ID == it.Flow.Subject || f.ID == it.Flow.Title // as far as there is one, it was imported
		if ok && p.Code == form.NotAnswered && !holder && missing(f) {
			labels = append(labels, f.Label)
		}
	}
	if id, _, _ := strings.Cut(of, "/"); id != "" && len(form.RowsOf(values[id])) == 0 {
		if f, ok := it.Form.Field(id); ok {
			labels = append(labels, f.Label)
		}
	}
	return labels
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
