package item_test

import (
	"os"
	"testing"

	"wangban/internal/item"
)

var recordsHouse = item.Options{Roles: []string{"reviewer"}, Proofs: []string{"sms"}, Effects: map[string]item.EffectCheck{}}

func readRecords(t testing.TB) *item.Item {
	t.Helper()
	it, problems := item.Read(os.DirFS("testdata/items"), "records")
	for _, p := range problems {
		t.Error(p)
	}
	return it
}

func TestRecordsAreRight(t *testing.T) {
	for _, p := range item.Check(readRecords(t), recordsHouse) {
		if p.Text != "“%s”没有英文。" { // a sample need not be read in English
			t.Error(p)
		}
	}
}
