package registry

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"time"

	"wangban/internal/cn"
	"wangban/internal/db"
)

// batchSize is how many rows share a transaction: an import never keeps the
// one writer of SQLite from the public for longer than a blink.
const batchSize = 500

// mostProblems bounds the problems a report lists.
const mostProblems = 1000

// Report is what an import did.
type Report struct {
	Source                           string
	At                               time.Time
	Total                            int // rows with content, below the headings
	Added, Changed, Unchanged, Wrong int
	Problems                         []Problem // in the order of the file, the first thousand
	More                             int       // problems beyond these
	Ignored                          []string  // headings that mean nothing here
}

func (r *Report) add(problems []Problem) {
	fit := min(len(problems), mostProblems-len(r.Problems))
	r.Problems = append(r.Problems, problems[:fit]...)
	r.More += len(problems) - fit
}

// record is a row ready to be kept.
type record struct {
	Row
	repIndex string
	nameKey  string
	core     string // see core
	digest   string
}

// Import brings the rows of a CSV or XLSX file into the base (see
// docs/entity-base.md for columns). Entities are told apart by their code: one
// that is known is brought up to date, one that is not in the file stays. Rows
// that are wrong are reported and do not keep the others out. An import that
// breaks off can be repeated. progress may be nil.
//
// A file that cannot be used at all gives *Unusable.
func (r *Room) Import(ctx context.Context, source string, file io.Reader, progress func(done, total int)) (Report, error) {
	t, err := readTable(file)
	if err != nil {
		return Report{}, err
	}
	rep := Report{Source: source, At: r.now(), Total: len(t.lines), Ignored: t.ignored}
	read := reader{table: t, towns: r.towns()}
	first := map[string]int{} // code → row that brought it
	batch := make([]record, 0, batchSize)
	flush := func(done int) error {
		if err := r.keep(ctx, &rep, batch); err != nil {
			return fmt.Errorf("keep entities: %w", err)
		}
		batch = batch[:0]
		if progress != nil {
			progress(done, rep.Total)
		}
		return ctx.Err()
	}
	for i, l := range t.lines {
		row, ok := read.read(l)
		if earlier, twice := first[row.USCC]; ok && twice {
			read.reject(colUSCC, "和第 %d 行是同一个代码，只收了那一行。删掉其中一行再导入。", earlier)
			ok = false
		}
		rep.add(read.problems)
		if !ok {
			rep.Wrong++
			continue
		}
		first[row.USCC] = l.number
		if batch = append(batch, r.record(row)); len(batch) == batchSize {
			if err := flush(i + 1); err != nil {
				return rep, err
			}
		}
	}
	if err := flush(rep.Total); err != nil {
		return rep, err
	}
	return rep, r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error { return insertImport(ctx, tx, rep) })
}

func (r *Room) record(row Row) record {
	rec := record{Row: row}
	if row.RepID != "" {
		rec.repIndex = r.repIndex(row.RepID)
	}
	return r.keyed(rec)
}

// keyed works out what is kept beside a record's content.
func (r *Room) keyed(rec record) record {
	rec.nameKey, rec.core = cn.NameKey(rec.Name), r.core(rec.Name)
	h := sha256.New()
	for _, s := range rec.content() {
		fmt.Fprintf(h, "%d:%s", len(s), s)
	}
	rec.digest = base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
	return rec
}

// repIndex is how a representative's document is compared without being kept.
func (r *Room) repIndex(number string) string { return r.vault.Index("id", cn.Code(number)) }

// keep writes a batch in one transaction and counts what it changed.
func (r *Room) keep(ctx context.Context, rep *Report, batch []record) error {
	if len(batch) == 0 {
		return nil
	}
	var added, changed int
	err := r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		known, err := digests(ctx, tx, batch)
		if err != nil {
			return err
		}
		added, changed = 0, 0 // the transaction may run again
		var news []record
		for _, rec := range batch {
			before, ok := known[rec.USCC]
			switch {
			case !ok:
				added++
			case before != rec.digest:
				changed++
			default:
				continue
			}
			news = append(news, rec)
		}
		return upsert(ctx, tx, news, rep.Source, rep.At)
	})
	if err != nil {
		return err
	}
	rep.Added += added
	rep.Changed += changed
	rep.Unchanged += len(batch) - added - changed
	return nil
}
