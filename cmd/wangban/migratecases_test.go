package main

import (
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/db/dbtest"
	"wangban/items"
)

// What a new version in its folder would change is shown; when it is published,
// running cases are moved by the command.
func TestMigrateCases(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { migrateCases(t, openHouse(t)) })
	t.Run("postgres", func(t *testing.T) { migrateCases(t, openHouseOn(t, dbtest.PostgresURL(t))) })
}

func migrateCases(t *testing.T, h *house) {
	const name = "food-filing"
	c := h.cast("")
	id := h.draft(name, "food-complete", c.owner.applicant(), casework.Created{Owner: c.owner.session.ID})
	h.do(id, "submit", c.owner.applicant(), casework.Data{})
	r0 := h.state(id).Hash
	own := t.TempDir()
	folder, err := fs.Sub(items.Files, name)
	h.must(err)
	h.must(os.CopyFS(filepath.Join(own, name), folder)) // not the others: each command checks all that is there
	for _, edit := range [][3]string{{"flow.yaml", "limit: 1 workday", "limit: 2 workdays"}, {"item.yaml", "promised: 1 workday", "promised: 2 workdays"},
		{"item.yaml", "handling: 即办件", "handling: 承诺件"}} {
		path := filepath.Join(own, name, edit[0])
		source, err := os.ReadFile(path)
		h.must(err)
		changed := strings.Replace(string(source), edit[1], edit[2], 1)
		if changed == string(source) {
			t.Fatalf("%s: there is no %s", edit[0], edit[1])
		}
		h.must(os.WriteFile(path, []byte(changed), 0o600))
	}
	flags := []string{"migrate-cases", name, "--data", h.settings.Data, "--database", h.settings.database(), "--url", h.settings.URL, "--items", own}
	command := func(status int, more ...string) string {
		t.Helper()
		var out, problems bytes.Buffer
		if got := run(append(flags, more...), &out, &problems); got != status {
			t.Fatalf("%v: status %d, not %d\n%s%s", more, got, status, out.String(), problems.String())
		}
		return out.String()
	}
	command(1) // no reason
	if said := command(0, "--dry-run"); !strings.Contains(said, id) || !strings.Contains(said, "would move") || !strings.Contains(said, "promised until") {
		t.Error(said)
	}
	if h.state(id).Hash != r0 {
		t.Error("a look has moved cases")
	}
	command(1, "--reason", "期限调整") // new applications do not follow the version yet
	if status := run([]string{"publish", filepath.Join(own, name), "--data", h.settings.Data, "--database", h.settings.database()}, io.Discard, io.Discard); status != 0 {
		t.Fatalf("publish: status %d", status)
	}
	was := h.state(id)
	var r casework.Repin
	lines := strings.SplitSeq(strings.TrimSpace(command(0, "--reason", "期限调整", "--json")), "\n")
	for line := range lines {
		h.must(json.Unmarshal([]byte(line), &r))
		if r.Case == id {
			break
		}
	}
	if r.Case != id || !r.Moved || len(r.Changes) != 1 {
		t.Errorf("%+v", r)
	}
	is, _, err := h.door.Get(t.Context(), id)
	h.must(err)
	if is.Hash == was.Hash || is.Hash != r.To || !is.ClockDue.After(was.ClockDue) {
		t.Errorf("%+v", is)
	}
	if said := command(0, "--dry-run"); strings.Contains(said, id) {
		t.Error(said)
	}
	if status := run([]string{"migrate-cases", "none", "--dry-run", "--data", h.settings.Data, "--database", h.settings.database()}, io.Discard, io.Discard); status != 1 {
		t.Errorf("an item that there is not: status %d", status)
	}
}
