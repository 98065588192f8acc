package main

import (
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wangban/internal/casework"
)

// witness looks at what the dead product has left.
type witness struct {
	*testing.T
	data  string
	crowd *crowd

	seen                               map[string]event // by key, of every look so far
	doneUnanswered, messages, repeated int
}

// event is a row of the events, as far as a receipt tells it.
type event struct {
	caseID, act string
	seq         int
	at          int64
}

// look looks over a copy of the data folder: the next start is to find the
// database as the dead process has left it, not mended by us.
func (w *witness) look() {
	w.Helper()
	must := func(err error) {
		w.Helper()
		if err != nil {
			w.Fatal(err)
		}
	}
	dir := filepath.Join(w.TempDir(), "copy")
	must(copyFolder(dir, w.data))
	in, err := open(w.Context(), settings{Data: dir, URL: "http://127.0.0.1"}, true, slog.New(slog.DiscardHandler))
	must(err)
	found, err := in.door.Verify(w.Context(), nil)
	must(err)
	for _, p := range found.Problems {
		w.Error(p)
	}
	events := w.events(in)
	w.whole(events)
	w.told(in, events)
	w.linked(in)
	w.replayed(in, events)
	must(in.close())
	must(os.RemoveAll(dir))
	if w.Failed() {
		w.FailNow()
	}
}

// copyFolder copies private files; os.CopyFS would open them to others.
func copyFolder(to, from string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(to, strings.TrimPrefix(path, from))
		if d.IsDir() {
			return os.MkdirAll(target, 0o700)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, content, 0o600)
	})
}

// events are all there are, by key. Keys of these applicants are random, so
// two rows with one key are an act that was done twice.
func (w *witness) events(in *installation) map[string]event {
	w.Helper()
	rows, err := in.db.Read().QueryContext(w.Context(), `SELECT key, case_id, act, seq, at FROM case_event`)
	if err != nil {
		w.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	events := map[string]event{}
	for rows.Next() {
		var key string
		var e event
		if err := rows.Scan(&key, &e.caseID, &e.act, &e.seq, &e.at); err != nil {
			w.Fatal(err)
		}
		if twice, ok := events[key]; ok {
			w.Errorf("key %s stands at two events: %v and %v", key, twice, e)
		}
		events[key] = e
	}
	if err := rows.Err(); err != nil {
		w.Fatal(err)
	}
	return events
}

// whole holds the events against what was acknowledged, now and earlier.
func (w *witness) whole(events map[string]event) {
	w.Helper()
	for key, before := range w.seen {
		if events[key] != before {
			w.Errorf("the event of key %s was %v and is %v", key, before, events[key])
		}
	}
	w.seen = events
	known := 0
	for _, a := range w.crowd.people {
		for _, r := range slices.Concat(a.all, a.acknowledged) {
			for i, key := range r.keys {
				if e, ok := events[key]; !ok || e.act != r.acts[i] || e.caseID != r.caseID {
					w.Errorf("%s of case %s was acknowledged; on record is %v", r.acts[i], r.caseID, e)
				}
			}
			known += len(r.keys)
		}
		if a.asked == nil {
			continue
		}
		done := 0
		for _, key := range a.asked.keys {
			if _, ok := events[key]; ok {
				done++
			}
		}
		known += done
		if done == len(a.asked.keys) {
			w.doneUnanswered++
		}
	}
	if known != len(events) {
		w.Errorf("%d events are on record, %d were asked for", len(events), known)
	}
}

// tells are the messages that acts of the item send.
var tells = map[string]string{"submit": "sign-request", "recall": "sign-recalled"}

// message is a row of the outbox by the event that causes it.
type message struct {
	caseID, template string
	seq              int
}

// told holds the outbox against the events: one row for each message that an
// act must send, and no other.
func (w *witness) told(in *installation, events map[string]event) {
	w.Helper()
	want := map[message]int{}
	for _, e := range events {
		if template, ok := tells[e.act]; ok {
			want[message{e.caseID, template, e.seq}] = 1
		}
	}
	rows, err := in.db.Read().QueryContext(w.Context(), `SELECT case_id, template, seq, attempts FROM message`)
	if err != nil {
		w.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	got := map[message]int{}
	w.repeated = 0
	for rows.Next() {
		var m message
		var attempts int
		if err := rows.Scan(&m.caseID, &m.template, &m.seq, &attempts); err != nil {
			w.Fatal(err)
		}
		got[m]++
		if attempts > 1 {
			w.repeated++
		}
	}
	w.messages = len(got)
	if !maps.Equal(got, want) {
		w.Errorf("%d messages are on record, %d should be", len(got), len(want))
	}
}

// linked holds the signing links against the cases: a case that waits for a
// signature has one that lives, no other case has.
func (w *witness) linked(in *installation) {
	w.Helper()
	var wrong int
	if err := in.db.Read().QueryRowContext(w.Context(), `SELECT count(*) FROM cases
		WHERE (stage = 'signing') <> (1 = (SELECT count(*) FROM sign_link WHERE case_id = cases.id AND ended = 0))`).Scan(&wrong); err != nil {
		w.Fatal(err)
	}
	if wrong > 0 {
		w.Errorf("%d cases have a signing link and should not, or the other way round", wrong)
	}
}

// replayed does the last acts again at the door, with their keys: each gives
// the receipt of the event on record.
func (w *witness) replayed(in *installation, events map[string]event) {
	w.Helper()
	for _, a := range w.crowd.people {
		for _, r := range a.acknowledged {
			if r.acts[0] == "create" {
				continue // see crowd.askAgain
			}
			s, _, err := in.door.Get(w.Context(), r.caseID)
			if err != nil {
				w.Fatal(err)
			}
			receipt, err := in.door.Do(w.Context(), r.caseID, casework.Input{Act: r.acts[0], Key: r.keys[0],
				Actor: casework.Actor{Kind: casework.Applicant, ID: s.Owner, Session: s.Owner}})
			got := event{receipt.Case, receipt.Act, receipt.Seq, receipt.At.UnixMicro()}
			if err != nil || !receipt.Replayed || got != events[r.keys[0]] {
				w.Errorf("%s again gives the receipt %v, %v; on record is %v", r.acts[0], receipt, err, events[r.keys[0]])
			}
		}
	}
	if again := w.events(in); !maps.Equal(again, events) {
		w.Errorf("doing acts again has changed the record: %d events, then %d", len(events), len(again))
	}
}
