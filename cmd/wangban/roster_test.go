package main

import (
	"errors"
	"os"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
)

// A leader gives a case to somebody on the list of staff, and to nobody else.
func TestCaseIsGivenToWhoeverIsOnTheList(t *testing.T) {
	h := openHouse(t)
	it, problems := item.Read(os.DirFS("../../internal/item/testdata/items"), "acts")
	if item.Broken(problems) {
		t.Fatal(problems)
	}
	h.items.Add(it)
	_, err := h.accounts.ImportStaff(t.Context(), []byte(`staff:
  - {id: chen, name: 陈审查, unit: county, mobile: "13900000021", roles: [reviewer], units: ["*"]}
  - {id: wu, name: 吴受理, unit: county, mobile: "13900000022", roles: [clerk], units: ["*"]}`))
	h.must(err)
	answers, err := it.Answers("full", func(name string) form.File {
		return form.File{Hash: "00", View: "00", Name: name, Type: "image/jpeg", Size: 100_000, Width: 1200, Height: 900}
	})
	h.must(err)
	owner := casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}
	r, err := h.door.Create(t.Context(), casework.Creation{Item: "acts", Key: "create", Actor: owner, Created: casework.Created{Owner: "owner", Channel: "web", Values: answers}})
	h.must(err)
	do := func(act, key string, a casework.Actor, data casework.Data) error {
		_, err := h.door.Do(t.Context(), r.Case, casework.Input{Act: act, Key: key, Actor: a, Data: data})
		return err
	}
	h.must(do("submit", "submit", owner, casework.Data{}))
	s, _, err := h.door.Get(t.Context(), r.Case)
	h.must(err)
	stage, _ := it.Flow.Stage(s.Stage)
	right := map[string]casework.Judgement{}
	for _, id := range casework.ToJudge(it, stage, s) {
		right[id] = casework.Judgement{Right: true}
	}
	wu, ok, err := h.roster(t.Context(), "wu")
	if !ok || err != nil || wu.Kind != casework.Staff || wu.Unit != "county" {
		t.Fatalf("%+v, %v, %v", wu, ok, err)
	}
	h.must(do("accept", "accept", wu, casework.Data{Judgements: right}))
	leader := casework.Actor{Kind: casework.Staff, ID: "li", Name: "李局长", Unit: "county", Roles: []string{"leader"}, Units: []string{"*"}}
	for _, who := range []string{"nobody", "wu"} { // not on the list, and not a reviewer
		var refused *casework.Refusal
		if err := do("assign", "to-"+who, leader, casework.Data{Officers: []string{who}}); !errors.As(err, &refused) || refused.Code != casework.CodeIncomplete {
			t.Errorf("to %s: %v", who, err)
		}
	}
	h.must(do("assign", "to-chen", leader, casework.Data{Officers: []string{"chen"}}))
	if s, _, err := h.door.Get(t.Context(), r.Case); err != nil || s.Holder == nil || s.Holder.Name != "陈审查" {
		t.Errorf("%+v, %v", s.Holder, err)
	}
}
