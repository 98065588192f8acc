package casework

import (
	"slices"
	"strings"
	"testing"

	"wangban/internal/form"
)

// The files of an event are found wherever they stand in it, and nothing else
// is taken for one: not what people type, not the hash of an item's version.
func TestFilesIn(t *testing.T) {
	h := func(c string) string { return strings.Repeat(c, 64) }
	e := Event{Case: "1", Seq: 2, Actor: Actor{Proofs: []Proof{{Method: "camera-evidence", Detail: map[string]any{"picture": h("1"), "text": "x", "view": h("2")}}}},
		Data: EventData{
			Hash:      h("f"),
			Create:    &Created{Item: "a", Hash: h("e"), Values: form.Values{"files.a": []form.File{{Hash: h("3"), View: h("4"), Name: "a"}, {Hash: h("5"), Name: "b"}}}},
			Values:    form.Values{"note": `"hash":"` + h("d") + `","name"`, "digest": h("c")},
			Sheet:     &SheetData{Values: form.Values{"onsite.photos": []form.File{{Hash: h("6"), View: h("4"), Name: "c"}}}},
			Signature: &Signature{Digest: h("b"), File: form.File{Hash: h("7"), Name: "letter"}},
		}}
	got := filesIn(e.personal())
	slices.Sort(got)
	want := []string{h("1"), h("2"), h("3"), h("4"), h("5"), h("6"), h("7")}
	if !slices.Equal(got, want) {
		t.Errorf("found %d files:", len(got))
		for _, hash := range got {
			t.Error(hash[:1])
		}
	}
}
