package item_test

import (
	"testing"

	"wangban/internal/item"
	"wangban/items"
)

func TestShippedItemsRead(t *testing.T) {
	names, err := item.Names(items.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		it, problems := item.Read(items.Files, name)
		for _, p := range problems {
			t.Error(p)
		}
		back, err := item.Unpack(item.Pack(it))
		if err != nil || back.Hash != it.Hash {
			t.Errorf("%s: unpacked %v, %v", name, back, err)
		}
	}
}
