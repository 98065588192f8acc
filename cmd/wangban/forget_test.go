package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"wangban/internal/account"
	"wangban/internal/blob"
	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
	"wangban/internal/material"
	"wangban/internal/paper"
	"wangban/internal/rating"
	"wangban/internal/web"
)

// Cases with a licence, with a signature and with documents of acts are
// forgotten: nothing personal is left anywhere, what has to stay stays, and the
// log is whole.
// covers: T24
func TestForget(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { forgetting(t, openHouse(t)) })
	t.Run("postgres", func(t *testing.T) { forgetting(t, openHouseOn(t, dbtest.PostgresURL(t))) })
}

func forgetting(t *testing.T, h *house) {
	f := &forgetter{house: h}
	f.withLicence()
	f.withSignature()
	f.withMandate()
	f.withDocuments()
	f.draft()
	h.integrate(t.Context())
	for _, what := range []string{"records", "log"} {
		if said := f.command(0, "verify", what); !strings.Contains(said, "0 problems") {
			t.Error(said)
		}
	}
}

type forgetter struct{ *house }

func (f *forgetter) command(status int, args ...string) string {
	f.Helper()
	var out bytes.Buffer
	if got := run(append(args, "--data", f.settings.Data, "--database", f.settings.database(), "--url", f.settings.URL), &out, &out); got != status {
		f.Fatalf("%v: status %d, not %d\n%s", args, got, status, out.String())
	}
	return out.String()
}

func (f *forgetter) forget(id string) string {
	f.Helper()
	return f.command(0, "forget", id, "--reason", "保存期满", "--by", "zhouwei")
}

// upload takes in a picture of its own.
func (f *forgetter) upload(name string) form.File {
	f.Helper()
	file, _, err := f.materials.Intake(f.Context(), name+".jpg", bytes.NewReader(picture(f.T, name)), material.DefaultRules())
	f.must(err)
	return file
}

func (f *forgetter) save(id string, a casework.Actor, values form.Values) {
	f.Helper()
	f.do(id, casework.ActSave, a, casework.Data{Values: values})
}

// withLicence: the record of a licence stays, its document goes, and as long as
// it is in force nothing does.
func (f *forgetter) withLicence() {
	owner := f.browser()
	a := owner.applicant()
	id := f.house.draft("food-filing", "food-complete", a, casework.Created{Owner: owner.session.ID})
	both := f.upload("两家都有的营业执照")
	f.save(id, a, form.Values{"files.licence": []form.File{f.upload("先传错的营业执照")}})
	f.save(id, a, form.Values{"files.licence": []form.File{both}, "unit.name": "舒城县城关镇忘川便利店", "contact.name": "孟忘川", "site.address": "城关镇忘川路 7 号"})
	other := f.house.draft("food-filing", "food-complete", a, casework.Created{Owner: owner.session.ID})
	f.save(other, a, form.Values{"files.licence": []form.File{both}})
	f.do(id, "submit", a, casework.Data{})
	if said := f.command(1, "forget", id, "--dry-run"); !strings.Contains(said, "under way") {
		f.Error(said)
	}
	f.do(id, "claim", f.officer("chenyan"), casework.Data{})
	f.do(id, "accept", f.officer("chenyan"), f.allRight(id))
	s, it, err := f.door.Get(f.Context(), id)
	f.must(err)
	f.must(f.ratings.Give(f.Context(), it, s, rating.Given{Moment: rating.Result, Level: 1, Text: "孟忘川等了很久"}))
	number := s.Results["licence"]
	l, _, err := f.licences.Find(f.Context(), number)
	f.must(err)
	code := l.Code
	document, err := f.licences.PDF(f.Context(), number)
	f.must(err)
	f.integrate(f.Context())
	events, err := f.door.History(f.Context(), id)
	f.must(err)
	receipt := f.has(owner.get("/cases/"+id+"/receipts/"+strconv.Itoa(len(events))+".json"), http.StatusOK).body

	said := f.command(1, "forget", id, "--reason", "本人要求", "--by", "zhouwei")
	if !strings.Contains(said, "licence "+number+" is valid") {
		f.Error(said)
	}
	cancel := f.end(owner, s, number)
	t := f.traces(id)
	t.hashes = append(t.hashes, document.Hash)
	t.shared = append(t.shared, both.Hash, both.View)
	said = f.command(0, "forget", id, "--dry-run")
	for _, text := range []string{"goes", "stays", "2      files that other cases", "document of licence " + number, "ratings: words"} {
		if !strings.Contains(strings.Join(strings.Fields(said), " "), strings.Join(strings.Fields(text), " ")) {
			f.Errorf("the look does not tell %q:\n%s", text, said)
		}
	}
	f.command(1, "forget", id, "--by", "zhouwei")
	f.command(1, "forget", id, "--reason", "保存期满", "--by", "nobody")
	if now := f.state(id); now.Version != s.Version {
		f.Error("a look or a refused try has changed the case")
	}
	if said := f.forget(id); !strings.Contains(said, "is forgotten") {
		f.Error(said)
	}
	t.gone()
	f.command(1, "forget", id, "--reason", "保存期满", "--by", "zhouwei")

	f.has(owner.get("/cases/"+id), http.StatusNotFound)
	f.has(f.as("staff", "chenyan").get("/desk/cases/"+id), http.StatusNotFound)
	f.has(owner.get("/cases/"+other+"/files/files.licence/0"), http.StatusOK)
	f.has(f.browser().get("/licences?number="+number+"&holder=舒城县城关镇忘川便利店"), http.StatusOK, "注销")
	f.has(f.browser().get("/licences/"+number+"?code="+code), http.StatusOK, "注销")
	f.has(owner.get("/licences/"+number), http.StatusOK)
	f.has(owner.get("/my/licences"), http.StatusOK)
	if r, err := f.ratings.Of(f.Context(), id); err != nil || r[rating.Result].Text != "" || r[rating.Result].Level != 1 {
		f.Errorf("the rating is %+v (%v)", r[rating.Result], err)
	}
	key, err := f.ledger.Verifier(f.Context())
	f.must(err)
	file := filepath.Join(f.TempDir(), "receipt.json")
	f.must(os.WriteFile(file, []byte(receipt), 0o600))
	if said := f.command(0, "verify", file, "--log-key", key); !strings.Contains(said, "genuine") {
		f.Error(said)
	}
	if f.state(cancel).Results["licence_ended"] != number {
		f.Error("the case that ended the licence is not whole")
	}
}

// end ends a licence by a case of its own.
func (f *forgetter) end(owner *browser, s casework.State, number string) string {
	f.Helper()
	it, _ := f.items.Get("food-filing-cancel")
	values, err := it.Answers("no-more-sales", f.sample)
	f.must(err)
	values["held.number"], values["contact.name"], values["contact.mobile"] = number, "别的人", "13512345678"
	for _, field := range []string{"unit.uscc", "unit.name", "unit.rep", "site.town"} {
		values[field] = s.Values[field]
	}
	r, err := f.door.Create(f.Context(), casework.Creation{Item: it.Name, Key: web.NewKey(), Actor: owner.applicant(),
		Created: casework.Created{Owner: owner.session.ID, Channel: "web", Values: values}})
	f.must(err)
	f.do(r.Case, casework.ActVerify, owner.applicant(), casework.Data{Verified: map[string]string{"contact.mobile": "13512345678"}})
	f.do(r.Case, "submit", owner.applicant(), casework.Data{})
	f.do(r.Case, "claim", f.officer("chenyan"), casework.Data{})
	f.do(r.Case, "accept", f.officer("chenyan"), f.allRight(r.Case))
	return r.Case
}

// withSignature: the signed letter, the pictures of the signer, the links and
// what was proven go.
func (f *forgetter) withSignature() {
	c := f.cast("signed")
	c.do(c.id, "withdraw", c.owner.applicant(), casework.Data{})
	c.do(c.id, "discard", c.owner.applicant(), casework.Data{})
	f.has(c.owner.get("/cases/"+c.id), http.StatusOK)
	if n, err := f.signing.Links(f.Context(), c.id); n == 0 || err != nil {
		f.Errorf("%d links: %v", n, err)
	}
	t := f.traces(c.id)
	if len(t.hashes) < 3 {
		f.Errorf("it has %d files only", len(t.hashes))
	}
	t.unlessShared()
	f.forget(c.id)
	t.gone()
	if n, err := f.signing.Links(f.Context(), c.id); n != 0 || err != nil {
		f.Errorf("%d links are left: %v", n, err)
	}
}

// withMandate: as long as somebody acts on the strength of the signed letter,
// the case that keeps it stays.
func (f *forgetter) withMandate() {
	c := f.cast("signed")
	c.do(c.id, "claim", c.officer("chenyan"), casework.Data{})
	c.do(c.id, "approve", c.officer("chenyan"), c.allRight(c.id))
	uscc := f.state(c.id).Results["account"]
	// Asked by the house's clock, which has been moved: for the machine's, the letter
	// may begin tomorrow.
	if err := f.installation.forget(f.Context(), io.Discard, c.id, "", "", true); err == nil || !strings.Contains(err.Error(), "strength of its letter") {
		f.Error(err)
	}
	mandates, err := f.accounts.MandatesOf(f.Context(), uscc)
	f.must(err)
	owner := ""
	for _, m := range mandates {
		if m.Role == account.Owner {
			owner = m.Person
		}
	}
	for _, m := range mandates {
		if m.Role == account.Agent {
			f.must(f.accounts.Revoke(f.Context(), owner, m.ID))
		}
	}
	t := f.traces(c.id)
	t.unlessShared()
	f.forget(c.id)
	t.gone()
	f.has(f.house.as("person", owner).get("/organisation/"+uscc), http.StatusOK, uscc)
}

// withDocuments: documents of acts go, made, failed and being made; their
// numbers stay.
func (f *forgetter) withDocuments() {
	c := f.cast("papered") // its documents are made
	it, _ := f.items.Get("permit")
	_, err := f.door.Publish(f.Context(), it) // for the command
	f.must(err)
	c.do(c.id, "deny", c.officer("chenyan"), casework.Data{Reasons: []string{"OTHER"}, Text: "陈燕的材料不齐"})
	t := f.traces(c.id)
	t.unlessShared()
	f.forget(c.id)
	t.gone()
	f.makePapers(c.id) // the job comes too late
	var papers []paper.Paper
	papers, err = f.acts.Of(f.Context(), c.id)
	f.must(err)
	if len(papers) < 3 {
		f.Errorf("%d documents are on record", len(papers))
	}
	for _, p := range papers {
		if p.File.Hash != "" || p.Problem != "" || p.State != "erased" {
			f.Errorf("%+v", p)
		}
	}
	if !slices.ContainsFunc(papers, func(p paper.Paper) bool { return p.Number != "" }) {
		f.Error("no number is left")
	}
	f.has(c.owner.get("/cases/"+c.id+"/papers/3/0"), http.StatusNotFound)
}

// draft: what was never handed in can be forgotten at any time; the files of one
// that was left alone go by themselves, after sixty days.
func (f *forgetter) draft() {
	owner := f.browser()
	begin := func(name string) (string, form.File) {
		id := f.house.draft("food-filing", "food-complete", owner.applicant(), casework.Created{Owner: owner.session.ID})
		file := f.upload(name)
		f.save(id, owner.applicant(), form.Values{"files.licence": []form.File{file}, "contact.name": "孟" + name})
		return id, file
	}
	id, _ := begin("不办了")
	t := f.traces(id)
	t.unlessShared()
	f.forget(id)
	t.gone()

	left, file := begin("忘了办")
	there := func(when string, want bool) {
		f.Helper()
		f.sweep(f.Context())
		if ok, err := f.files.Has(f.Context(), file.Hash); err != nil || ok != want {
			f.Errorf("%s: the picture is there: %v (%v)", when, ok, err)
		}
	}
	f.move(29 * 24 * time.Hour)
	there("29 days", true)
	f.move(2 * 24 * time.Hour)
	there("it has just ended", true)
	if s := f.state(left); s.Stage != "cancelled" {
		f.Fatalf("the draft is %s", s.Stage)
	}
	f.move(28 * 24 * time.Hour)
	there("59 days", true)
	f.move(3 * 24 * time.Hour)
	there("62 days", false)
	again := f.browser() // sessions do not last so long
	f.must(f.accounts.Grant(f.Context(), again.session.ID, left))
	f.has(again.get("/cases/"+left), http.StatusOK)
	f.has(again.get("/cases/"+left+"/files/files.licence/0"), http.StatusNotFound, "已经按规定删除")
}

func (f *forgetter) move(by time.Duration) {
	f.Helper()
	f.must(f.clock.Set(f.Context(), f.now().Add(by)))
}

// traces are what is known of a case before it is forgotten.
type traces struct {
	*forgetter
	id             string
	markers        []string        // what people have written
	elsewhere      map[string]bool // where else the same words stand: in other cases, in the public record of licences
	hashes, shared []string        // of its files, and those that others have too
	wrapped        []byte
}

func (f *forgetter) traces(id string) *traces {
	f.Helper()
	t := &traces{forgetter: f, id: id, elsewhere: map[string]bool{}}
	for field, v := range f.state(id).Values {
		if text, ok := v.(string); ok && (len([]rune(text)) > 10 || strings.HasSuffix(field, ".name") && len([]rune(text)) > 1) {
			t.markers = append(t.markers, text)
		}
	}
	f.must(f.door.Files(f.Context(), func(of string, hashes []string) error {
		if of == id {
			t.hashes = append(t.hashes, hashes...)
		}
		return nil
	}))
	papers, err := f.acts.Of(f.Context(), id)
	f.must(err)
	for _, p := range papers {
		if p.File.Hash != "" {
			t.hashes = append(t.hashes, p.File.Hash)
		}
	}
	for _, hash := range t.hashes {
		if ok, err := f.files.Has(f.Context(), hash); !ok || err != nil {
			f.Errorf("file %s is not there before", hash)
		}
	}
	t.eachCell(func(table, column, value string, row map[string]string) {
		for _, m := range t.markers {
			if !t.mine(table, row) && strings.Contains(value, m) {
				t.elsewhere[table+"."+column+m] = true
			}
		}
	})
	f.must(f.db.Read().QueryRow(`SELECT wrapped FROM cases WHERE id = $1`, id).Scan(&t.wrapped))
	if len(t.markers) == 0 || len(t.wrapped) == 0 {
		f.Fatal("there is nothing to look for")
	}
	return t
}

// unlessShared knows the sample pictures that other cases have too.
func (t *traces) unlessShared() {
	t.must(t.door.Files(t.Context(), func(of string, hashes []string) error {
		if of != t.id {
			t.shared = append(t.shared, hashes...)
		}
		return nil
	}))
}

// gone looks everywhere.
func (t *traces) gone() {
	t.Helper()
	t.move(blob.Grace + time.Hour) // what was brought a moment ago
	t.sweep(t.Context())
	for _, hash := range t.hashes {
		want := slices.Contains(t.shared, hash)
		if ok, err := t.files.Has(t.Context(), hash); err != nil || ok != want {
			t.Errorf("file %s of case %s: there %v, want %v (%v)", hash[:8], t.id, ok, want, err)
		}
	}
	t.eachCell(t.cell)
	if t.db.Dialect() == db.SQLite {
		path := strings.TrimPrefix(t.settings.database(), "sqlite:")
		for _, file := range []string{path, path + "-wal"} {
			raw, err := os.ReadFile(file)
			if err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			if bytes.Contains(raw, t.wrapped) {
				t.Errorf("%s still holds the key of case %s", filepath.Base(file), t.id)
			}
		}
	}
	t.onRecord()
}

func (t *traces) eachCell(look func(table, column, value string, row map[string]string)) {
	t.Helper()
	for table, rows := range t.tables() {
		for _, row := range rows {
			for column, value := range row {
				look(table, column, value, row)
			}
		}
	}
}

// mine tells the rows of the case. Those of licences are the public's, and an
// account has an end of its own.
func (t *traces) mine(table string, row map[string]string) bool {
	return table == "cases" && row["id"] == t.id || row["case_id"] == t.id && !strings.HasPrefix(table, "licence") && table != "account_org"
}

// cell looks at a value of a table.
func (t *traces) cell(table, column, value string, row map[string]string) {
	t.Helper()
	for _, m := range t.markers {
		if strings.Contains(value, m) && (t.mine(table, row) || !t.elsewhere[table+"."+column+m]) {
			t.Errorf("%s.%s of case %s still has %q", table, column, t.id, m)
		}
	}
	// What is sealed cannot be looked through: there must be none of the case.
	sealed := map[string][]string{"cases": {"wrapped", "state"}, "case_event": {"sealed", "salt"}, "message": {"sealed"}, "paper": {"problem", "file"}}
	mine := t.mine(table, row)
	if mine && slices.Contains(sealed[table], column) && row["act"] != casework.ActForget && value != "" {
		t.Errorf("%s.%s of case %s still holds %d bytes", table, column, t.id, len(value))
	}
	if mine && strings.HasPrefix(table, "sign_") || mine && slices.Contains([]string{"material_handover", "account_grant", "account_takeover", "case_gram", "case_timer"}, table) {
		t.Errorf("%s still has a row of case %s", table, t.id)
	}
	if table == "blob_use" && row["holder"] == holderCase(t.id) {
		t.Errorf("case %s still uses a file", t.id)
	}
}

// onRecord asks for who has done it, when and why.
func (t *traces) onRecord() {
	t.Helper()
	var sealed []byte
	var seq int
	t.must(t.db.Read().QueryRow(`SELECT seq, sealed FROM case_event WHERE case_id = $1 AND act = $2`, t.id, casework.ActForget).Scan(&seq, &sealed))
	said, err := t.vault.Open(sealed, fmt.Sprintf("event/%s/%d", t.id, seq))
	t.must(err)
	if !strings.Contains(string(said), "保存期满") || !strings.Contains(string(said), "zhouwei") {
		t.Errorf("the record of the erasure says %s", said)
	}
}

// tables is the whole database as text.
func (t *traces) tables() map[string][]map[string]string {
	t.Helper()
	query := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
	if t.db.Dialect() == db.Postgres {
		query = `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`
	}
	rows, err := t.db.Read().Query(query)
	t.must(err)
	out := map[string][]map[string]string{}
	for rows.Next() {
		var name string
		t.must(rows.Scan(&name))
		out[name] = nil
	}
	t.must(rows.Err())
	t.must(rows.Close())
	for name := range out {
		rows, err := t.db.Read().Query(`SELECT * FROM ` + name)
		t.must(err)
		columns, err := rows.Columns()
		t.must(err)
		for rows.Next() {
			cells := make([]sql.RawBytes, len(columns))
			into := make([]any, len(columns))
			for i := range cells {
				into[i] = &cells[i]
			}
			t.must(rows.Scan(into...))
			row := map[string]string{}
			for i, c := range columns {
				row[c] = string(cells[i])
			}
			out[name] = append(out[name], row)
		}
		t.must(rows.Err())
		t.must(rows.Close())
	}
	return out
}
