package portal_test

import (
	"net/http"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/web"
)

// An officer begins, the applicant takes over by the link and is on his own
// from then on; looking changes nothing, and a second one comes too late.
//
func TestTakeover(t *testing.T) {
	h := open(t)
	helper := &casework.Officer{ID: "sunli", Name: "孙丽", Unit: "approval"}
	id := h.begin("legal-person-account", "rep-complete", casework.HelperOwner("sunli"), helper, nil)
	token, _, err := h.accounts.OfferTakeover(t.Context(), id)
	h.must(err)

	mine, other := h.browser(), h.browser()
	for _, b := range []*browser{mine, other} {
		b.get("/cases/" + id + "/tasks").is(http.StatusNotFound)
		b.get("/t/"+token).is(http.StatusOK, "行政审批股的工作人员孙丽", "接手以后由你核对").lacks(repCell)
	}
	if s, _, err := h.door.Get(t.Context(), id); err != nil || s.Owner != casework.HelperOwner("sunli") {
		t.Fatalf("opening the link has changed the owner to %s: %v", s.Owner, err)
	}
	h.officer = &web.Officer{ID: "sunli", Name: "孙丽", Unit: "approval", Roles: []string{"helper"}}
	h.browser().post("/t/"+token, "key", "k").is(http.StatusForbidden, "不能替申请人接手")
	h.officer = nil

	theirs := other.get("/t/" + token)
	mine.post("/t/"+token, mine.get("/t/"+token).hidden()...).is(http.StatusOK).at("/cases/" + id + "/tasks")
	other.post("/t/"+token, theirs.hidden()...).is(http.StatusGone)
	other.get("/t/"+token).is(http.StatusGone, "已经用过")
	other.get("/cases/" + id + "/tasks").is(http.StatusNotFound)

	// Nor is there a way without the link, not even at the door.
	mine.post("/cases/"+id+"/acts/take_over", "key", "k").is(http.StatusNotFound)
	_, err = h.door.Do(t.Context(), id, casework.Input{Act: casework.ActTakeOver, Key: "k", Actor: casework.Actor{Kind: casework.Applicant, ID: "thief"}, Data: casework.Data{Owner: "thief"}})
	if err == nil {
		t.Error("a case was taken over twice")
	}

	// A link that was made again by mistake gives nothing away.
	again, _, err := h.accounts.OfferTakeover(t.Context(), id)
	h.must(err)
	other.get("/t/"+again).is(http.StatusGone, "已经有人接手")
	other.post("/t/"+again, "key", "k").is(http.StatusGone, "已经有人接手")

	second := h.begin("legal-person-account", "rep-complete", casework.HelperOwner("sunli"), helper, nil)
	token, _, err = h.accounts.OfferTakeover(t.Context(), second)
	h.must(err)
	h.wait(24 * time.Hour)
	mine.get("/t/"+token).is(http.StatusGone, "过了有效期")
	mine.get("/t/nothing").is(http.StatusGone)
}
