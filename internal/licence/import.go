package licence

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"time"

	"wangban/internal/db"
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
	Batch  string // by which the import is taken back
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
	Batch                  string // name of the import, by which it is taken back; "": nothing was written
}

// Continued is a series of numbers that goes on behind imported ones.
type Continued struct {
	Series string `json:"series"`
	Last   int64  `json:"last"` // the next number is the one after
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
	err = r.DB.Write(ctx, func(ctx context.Context, tx db.Tx) error { return keepImport(ctx, tx, record, ready, out.Series) })
	if err == nil {
		out.Batch = record.id
	}
	return out, err
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
