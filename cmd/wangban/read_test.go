package main

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/web"
)

// What is handed in is what was read: answers changed in another window since
// then are shown first.
// covers: C-28
func TestSubmittedIsWhatWasRead(t *testing.T) {
	h := openHouse(t)
	c := h.cast("draft")
	read := h.state(c.id).Version
	page := c.owner.get("/cases/" + c.id + "/acts/submit?version=" + strconv.Itoa(read))
	if !strings.Contains(page.body, `name="version" value="`+strconv.Itoa(read)+`"`) {
		t.Fatal("the question before submission does not know what was read")
	}
	h.do(c.id, casework.ActSave, c.owner.applicant(), casework.Data{Values: form.Values{"unit.name": "舒城县另一家茶业有限公司"}})
	submit := func(version int) answer {
		return c.owner.post("/cases/"+c.id+"/acts/submit", url.Values{"key": {web.NewKey()}, "version": {strconv.Itoa(version)}})
	}
	old := submit(read)
	if old.status != 409 || !strings.Contains(old.body, "舒城县另一家茶业有限公司") || h.state(c.id).Stage != "draft" {
		t.Errorf("what was not read was handed in: %d, %s", old.status, h.state(c.id).Stage)
	}
	if got := submit(h.state(c.id).Version); got.status != 303 {
		t.Errorf("what was read could not be handed in: %d", got.status)
	}
}

// A helper fills in for somebody; a password is nobody else's to choose, and
// consent nobody else's to give.
//
func TestHelperLeavesWhatIsTheApplicantsOwn(t *testing.T) {
	h := openHouse(t)
	c := h.cast("assisted")
	helper := c.house.as("staff", "wangling")
	for _, field := range []string{"account.password", "account.agree"} {
		_, err := h.door.Do(t.Context(), c.id, casework.Input{Act: casework.ActSave, Key: web.NewKey(), Actor: h.officer("wangling"), Data: casework.Data{Values: form.Values{field: "x"}}})
		if r, ok := err.(*casework.Refusal); !ok || r.Code != casework.CodeHelper {
			t.Errorf("%s: %v", field, err)
		}
	}
	if got := helper.get("/cases/" + c.id + "/form/account"); got.status != 303 {
		t.Errorf("the page that is the applicant's own: %d", got.status)
	}
	before := h.state(c.id).Version
	if got := helper.post("/cases/"+c.id+"/form/account", url.Values{"key": {web.NewKey()}, "account.password": {"Wangban-2026"}, "account.password.again": {"Wangban-2026"}, "account.agree": {"yes"}}); got.status >= 500 || h.state(c.id).Version != before {
		t.Errorf("a helper has answered it: %d", got.status)
	}
	if got := helper.get("/cases/" + c.id + "/tasks"); !strings.Contains(got.body, "由申请人本人填") {
		t.Error("the list does not say whose it is")
	}
}
