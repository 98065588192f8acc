package paper_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"wangban/county"
	"wangban/internal/casework"
	shucheng "wangban/internal/county"
	"wangban/internal/db"
	"wangban/internal/document"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/jobs"
	"wangban/internal/paper"
	"wangban/internal/vault"
	"wangban/internal/workday"
	"wangban/items"
)

var (
	thursday  = time.Date(2026, 11, 26, 9, 0, 0, 0, form.Shanghai)
	rooms     = []db.Migrations{casework.Migrations, vault.Migrations, paper.Migrations}
	applicant = casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}
	reviewer  = casework.Actor{Kind: casework.Staff, ID: "zhang", Name: "张明", Unit: "approval", Units: []string{"*"}, Roles: []string{"reviewer"}}
)

// office is the room with a door that knows one item, and a shop that makes
// what it is asked for, unless it is told to fail.
type office struct {
	*testing.T
	*paper.Room
	db     *db.DB
	door   *casework.Door
	queue  *jobs.Queue
	place  *shucheng.County
	mu     sync.Mutex
	at     time.Time
	fails  int    // so many tries to come fail
	during func() // happens while a document is being made
	drafts []paper.Draft
	told   []casework.Message
	files  map[string][]byte
}

var permit = sync.OnceValues(func() (*item.Item, []item.Problem) {
	return item.Read(item.WithShared(os.DirFS("testdata/items"), items.Files), "permit")
})

func open(t *testing.T, d *db.DB) *office {
	t.Helper()
	o := &office{T: t, db: d, at: thursday, files: map[string][]byte{}}
	it, problems := permit()
	if item.Broken(problems) {
		t.Fatal(problems)
	}
	lib, err := item.NewLibrary(os.DirFS(t.TempDir()), "")
	o.must(err)
	lib.Add(it)
	o.place, err = shucheng.Read(county.Shucheng)
	o.must(err)
	house := o.place.House("https://wb.example.cn", workday.Default())
	v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize))
	o.must(err)
	quiet := slog.New(slog.DiscardHandler)
	o.queue, err = jobs.Open(d, quiet)
	o.must(err)
	now := func() time.Time { o.mu.Lock(); defer o.mu.Unlock(); return o.at }
	o.Room = paper.New(paper.Options{
		DB: d, Vault: v, Jobs: o.queue, Now: now, Logger: quiet, House: func() casework.House { return house },
		Pattern: func() paper.Pattern {
			return paper.Pattern{Text: o.place.Papers.Number}
		},
		Office: func() paper.Office { return paper.Office{Name: o.place.Name.ZH, Remedy: o.place.Papers.Remedy} },
		At: func(ctx context.Context, id string, seq int) (casework.State, *item.Item, casework.Event, error) {
			return o.door.At(ctx, id, seq)
		},
		Make: o.make, Keep: o.keep, Pause: func(int) time.Duration { return time.Millisecond },
	})
	o.door, err = casework.New(t.Context(), casework.Options{
		DB: d, Vault: v, Items: lib, Now: now, House: func() casework.House { return house }, Papers: o.Take,
		Outbox: func(_ context.Context, _ db.Tx, _ string, _ int, m []casework.Message) error {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.told = append(o.told, m...)
			return nil
		},
	})
	o.must(err)
	return o
}

func (o *office) make(_ context.Context, d paper.Draft) ([]byte, error) {
	o.mu.Lock()
	o.drafts = append(o.drafts, d)
	failing := o.fails > 0
	o.fails--
	o.mu.Unlock()
	if o.during != nil {
		o.during()
	}
	if failing {
		return nil, errors.New("the store is away")
	}
	it := d.Item
	house := o.place.House("https://wb.example.cn", workday.Default())
	made, err := document.Make(it.Documents[d.Paper.Document].Source, document.Data{Item: it, Env: casework.Env(house, it, d.State),
		Context: casework.FormContext(house, d.State, thursday), At: d.State.UpdatedAt, Extra: d.Extra})
	if err != nil {
		return nil, paper.Hopeless(err)
	}
	if d.Item.Documents[d.Paper.Document].Word != "" && made.Boxes["office"].Page == 0 {
		return nil, paper.Hopeless(errors.New("no place for the seal"))
	}
	return made.PDF, nil
}

func (o *office) keep(_ context.Context, name, kind string, content []byte) (form.File, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	hash := fmt.Sprintf("file-%d", len(o.files)+1)
	o.files[hash] = content
	return form.File{Hash: hash, Name: name, Type: kind, Size: int64(len(content))}, nil
}

func (o *office) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

// work starts the jobs.
func (o *office) work() {
	o.Helper()
	o.must(o.queue.Start(o.Context(), o.Register))
	o.Cleanup(func() { o.must(o.queue.Stop(context.Background())) })
}

// settled waits until no document of a case is waiting.
func (o *office) settled(id string) []paper.Paper {
	o.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; {
		papers, err := o.Of(o.Context(), id)
		o.must(err)
		waiting := false
		for _, p := range papers {
			waiting = waiting || p.State == paper.Waiting
		}
		if !waiting {
			return papers
		}
		if time.Now().After(deadline) {
			o.Fatalf("still waiting: %+v", papers)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (o *office) move(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.at = o.at.Add(d)
}

func (o *office) try(id, act string, a casework.Actor, data casework.Data) error {
	_, err := o.door.Do(o.Context(), id, casework.Input{Act: act, Key: fmt.Sprintf("%s-%d", act, o.count()), Actor: a, Data: data})
	return err
}

func (o *office) do(id, act string, a casework.Actor, data casework.Data) {
	o.Helper()
	o.must(o.try(id, act, a, data))
}

var keys struct {
	sync.Mutex
	n int
}

func (o *office) count() int {
	keys.Lock()
	defer keys.Unlock()
	keys.n++
	return keys.n
}

// submitted is a case that waits to be accepted.
func (o *office) submitted() string {
	o.Helper()
	r, err := o.door.Create(o.Context(), casework.Creation{Item: "permit", Key: fmt.Sprintf("case-%d", o.count()), Actor: applicant, Created: casework.Created{
		Owner: "owner", Channel: "web", Values: form.Values{"unit.name": "舒城县春秋茶厂", "unit.town": "341523100", "unit.site": "舒城县春秋乡文冲村1号", "contact.name": "陈燕", "contact.mobile": "13800138000"}}})
	o.must(err)
	o.do(r.Case, "submit", applicant, casework.Data{})
	return r.Case
}
