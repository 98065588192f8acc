// Package phrase keeps the sentences that staff write again and again (常用语):
// shelves of them, one for each person and one for each unit.
//
// It knows neither cases nor posts: who may read or change a shelf, its caller
// decides. A phrase is plain text and is put in as it is; what was put in
// belongs to the act, and later changes of the phrase do not reach it.
package phrase

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/base32"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"wangban/internal/db"
)

//go:embed migrations
var migrations embed.FS

// English are the room's texts in English.
//
//go:embed en.yaml
var English []byte

// Migrations are the room's tables.
var Migrations = func() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err)
	}
	return db.Migrations{Room: "phrase", Files: files}
}()

// A shelf holds at most so many phrases, each at most so many characters long:
// all of them are offered beside every box of a page, and each has to fit into
// the smallest box.
const (
	Most    = 40
	Longest = 200
)

// Shelf is whose phrases they are.
type Shelf string

// Own is a person's shelf.
func Own(staff string) Shelf { return Shelf("staff:" + staff) }

// Unit is the shelf of a unit's staff.
func Unit(code string) Shelf { return Shelf("unit:" + code) }

// Phrase is one sentence.
type Phrase struct {
	ID    string
	Shelf Shelf
	Text  string
}

// Refusal is why a phrase was not kept: what happened and what to do, in
// Chinese, with fmt verbs for Args.
type Refusal struct {
	Status int // of HTTP
	Text   string
	Args   []any
}

func (r *Refusal) Error() string { return fmt.Sprintf(r.Text, r.Args...) }

func refuse(text string, args ...any) *Refusal {
	return &Refusal{http.StatusUnprocessableEntity, text, args}
}

var gone = &Refusal{http.StatusNotFound, "没有这句常用语，可能已经删掉了。", nil}

// Room keeps phrases.
type Room struct {
	db  *db.DB
	now func() time.Time
}

// New opens the room.
func New(d *db.DB, now func() time.Time) *Room { return &Room{d, now} }

// On are the phrases of shelves, shelf by shelf, the oldest first.
func (r *Room) On(ctx context.Context, shelves ...Shelf) ([]Phrase, error) {
	var all []Phrase
	for _, s := range shelves {
		on, err := r.on(ctx, s)
		if err != nil {
			return nil, fmt.Errorf("phrases of %s: %w", s, err)
		}
		all = append(all, on...)
	}
	return all, nil
}

func (r *Room) on(ctx context.Context, s Shelf) ([]Phrase, error) {
	rows, err := r.db.Read().QueryContext(ctx, `SELECT id, body FROM phrase WHERE shelf = $1 ORDER BY made, id`, string(s))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var all []Phrase
	for rows.Next() {
		p := Phrase{Shelf: s}
		if err := rows.Scan(&p.ID, &p.Text); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

// Add puts a phrase on a shelf. One that stands there already is not put there
// twice, which is no error: a form sent again does nothing.
func (r *Room) Add(ctx context.Context, s Shelf, text, by string) error {
	text, err := clean(text)
	if err != nil {
		return err
	}
	return r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		var has, same int
		if err := tx.QueryRowContext(ctx, `SELECT count(*), count(CASE WHEN body = $2 THEN 1 END) FROM phrase WHERE shelf = $1`, string(s), text).Scan(&has, &same); err != nil {
			return err
		}
		switch {
		case same > 0:
			return nil
		case has >= Most:
			return refuse("最多存 %d 句。先删掉不用的，再添加。", Most)
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO phrase (id, shelf, body, by_staff, made) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
			newID(), string(s), text, by, db.Micros(r.now()))
		return err
	})
}

// Change gives a phrase of a shelf another text.
func (r *Room) Change(ctx context.Context, s Shelf, id, text, by string) error {
	text, err := clean(text)
	if err != nil {
		return err
	}
	err = r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE phrase SET body = $3, by_staff = $4 WHERE id = $1 AND shelf = $2`, id, string(s), text, by)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, gone)
		}
		return nil
	})
	if db.Unique(err) {
		return refuse("已经有一句一样的。改成别的，或者删掉这一句。")
	}
	return err
}

// Delete takes a phrase off a shelf; one that has gone already is no error.
func (r *Room) Delete(ctx context.Context, s Shelf, id string) error {
	return r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM phrase WHERE id = $1 AND shelf = $2`, id, string(s))
		return err
	})
}

// clean makes one line of a text and holds it against the limits.
func clean(text string) (string, error) {
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return "", refuse("有不能识别的字符。重新输入。")
	}
	text = strings.Join(strings.Fields(text), " ")
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return "", refuse("写一句话再保存。")
	case n > Longest:
		return "", refuse("一句最多 %d 个字，现在是 %d 个字。删短一些。", Longest, n)
	}
	return text, nil
}

func newID() string {
	b := make([]byte, 10)
	_, _ = rand.Read(b)
	return strings.ToLower(base32.StdEncoding.EncodeToString(b))
}
