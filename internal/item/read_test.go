package item_test

import (
	"strings"
	"testing"

	"wangban/internal/item"
	"wangban/items"
)

// what the house of the tests offers; the command line asks the rooms.
var house = item.Options{
	Effects: map[string]item.EffectCheck{"account.open": nil, "signing.invite": nil, "signing.revoke": nil, "licence.issue": nil, "licence.change": nil, "licence.renew": nil, "licence.replace": nil, "licence.suspend": nil, "licence.resume": nil, "licence.cancel": nil, "licence.correct": nil, "licence.revoke": nil, "registry.enter": nil, "casework.supersede-others": nil},
	Checks:  map[string]item.EffectCheck{"registry.unit": nil, "registry.name": nil, "account.unit": nil, "account.shared-number": nil, "account.many-units": nil, "casework.same-applicant": nil, "licence.held": nil, "casework.unclaimed": nil},
	Roles:   []string{"reviewer", "helper", "leader"},
	Proofs:  []string{"sms", "face-provider", "camera-evidence", "counter"},
}

func TestShippedItems(t *testing.T) {
	names, err := item.Names(items.Files)
	if err != nil {
		t.Fatal(err)
	}
	// What documents of acts can show, as the command line asks the rooms: an
	// item has fields of a group of the same name.
	house := house
	for _, group := range []string{"portal: name", "case: number", "document: number digest", "licence: number date issued from until version identifier office holder holder_code",
		"paper: number title date office unit addressee item item_no act reasons text fields applied accepted due statutory limit longer until licence ended basis remedy"} {
		root, leaves, _ := strings.Cut(group, ": ")
		for leaf := range strings.FieldsSeq(leaves) {
			house.Document = append(house.Document, root+"."+leaf)
		}
	}
	house.Document = append(house.Document, "today", "url", "qr")
	for _, name := range names {
		it, problems := item.Read(items.Files, name)
		for _, p := range append(problems, item.Check(it, house)...) {
			t.Error(p)
		}
		back, err := item.Unpack(item.Pack(it))
		if err != nil || back.Hash != it.Hash {
			t.Errorf("%s: unpacked %v, %v", name, back, err)
		}
	}
}
