package licence

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/item"
)

// The public list of licences (公示, 行政许可法 40): what was issued to whom, and
// whether it stands. It tells what Public tells and nothing else.

// Query narrows the list.
type Query struct {
	Text   string // number or holder's code, whole; or a part of the holder's name
	Kind   string
	Town   string // code
	Status Status
	After  string // where the page before ended; "" for the first
	Limit  int
}

// MostListed is how many one question can ask for.
const MostListed = 5000

// List is a page of the list, the latest first, and where it ends; "" when
// nothing follows.
func (r *Room) List(ctx context.Context, q Query) (found []Public, after string, err error) {
	if !storable(q.Text + q.Kind + q.Town + string(q.Status) + q.After) {
		return nil, "", nil
	}
	if isCode(q.Text) {
		if found, after, err = r.page(ctx, q, true); err != nil || len(found) > 0 {
			return found, after, err
		}
	}
	return r.page(ctx, q, false) // a name may have digits too
}

// storable tells that a text could be in the database at all: PostgreSQL takes
// neither broken UTF-8 nor NUL.
func storable(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// isCode tells what may be a number or a code from what can only be a name. Some
// numbers begin with a word: 梯11皖N00001(20).
func isCode(s string) bool {
	return strings.Count(strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '0'
		}
		return 'x'
	}, cn.Code(s)), "0") >= 4
}

func (r *Room) page(ctx context.Context, q Query, code bool) (found []Public, after string, err error) {
	now, limit := r.Now(), limitOf(q)
	statement, args := r.statement(q, code)
	rows, err := r.DB.Read().QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var p Public
		var facts string
		var issued, from, until, ended, imported int64
		if err := rows.Scan(&p.Number, &p.Kind, &p.Title, &p.Unit, &p.USCC, &p.Town, &facts, &p.Status, &p.Version, &p.Replaces, &p.Replaced, &issued, &from, &until, &ended, &imported); err != nil {
			return nil, "", err
		}
		if len(found) == limit {
			last := found[limit-1]
			return found, fmt.Sprintf("%d-%s", db.Micros(last.Issued), last.Number), nil
		}
		if err := json.Unmarshal([]byte(facts), &p.Facts); err != nil {
			return nil, "", err
		}
		p.Issued, p.From, p.Until, p.Ended, p.Imported = db.Time(issued), db.Time(from), instant(until), instant(ended), instant(imported)
		p.Status = standing(p.Status, p.Until, now)
		found = append(found, p)
	}
	return found, "", rows.Err()
}

// statement is the question for the database.
func (r *Room) statement(q Query, code bool) (string, []any) {
	where, args := []string{"listed = 1"}, []any{}
	and := func(clause string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			clause = strings.Replace(clause, "?", "$"+strconv.Itoa(len(args)), 1)
		}
		where = append(where, clause)
	}
	switch {
	case cn.Code(q.Text) == "":
	case code:
		and("(number = ? OR uscc = ?)", cn.Code(q.Text), cn.Code(q.Text))
	default:
		and(`name_key LIKE ? ESCAPE '\'`, "%"+escaped(cn.NameKey(q.Text))+"%")
	}
	if q.Kind != "" {
		and("kind = ?", q.Kind)
	}
	if q.Town != "" {
		and("town = ?", q.Town)
	}
	switch q.Status {
	case "":
	case Valid:
		and("status = 'valid' AND (until = 0 OR until > ?)", db.Micros(r.Now()))
	case Expired:
		and("status = 'valid' AND until <> 0 AND until <= ?", db.Micros(r.Now()))
	default:
		and("status = ?", string(q.Status))
	}
	if issued, number, ok := readCursor(q.After); ok {
		and("(issued, number) < (?, ?)", issued, number)
	}
	return `SELECT number, kind, title, unit, uscc, town, facts, status, version, replaces, replaced, issued, valid_from, until, ended, imported
		FROM licence WHERE ` + strings.Join(where, " AND ") + ` ORDER BY issued DESC, number DESC LIMIT ` + strconv.Itoa(limitOf(q)+1), args
}

func limitOf(q Query) int { return min(max(q.Limit, 1), MostListed) }

func escaped(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

func readCursor(s string) (issued int64, number string, ok bool) {
	micros, number, ok := strings.Cut(s, "-")
	if !ok || number == "" {
		return 0, "", false
	}
	issued, err := strconv.ParseInt(micros, 10, 64)
	return issued, number, err == nil
}

// Kind is a kind of licence that the items at hand issue.
type Kind struct{ Name, Title string }

// Kinds are those that the items at hand issue, each once.
func (r *Room) Kinds() []Kind {
	var all []Kind
	seen := map[string]bool{}
	for _, it := range r.Items.All() {
		for _, use := range effectsOf(it) {
			if kind := use.With["kind"]; use.Name == "licence.issue" && kind != "" && !seen[kind] {
				seen[kind] = true
				all = append(all, Kind{kind, it.Guide.Result.Name})
			}
		}
	}
	return all
}

func effectsOf(it *item.Item) (all []item.EffectUse) {
	for _, s := range it.Flow.Stages {
		all = append(append(all, s.Enter...), s.Leave...)
		for _, a := range s.Acts {
			all = append(all, a.Effects...)
		}
	}
	for _, a := range it.Flow.House {
		all = append(all, a.Effects...)
	}
	return all
}
