package portal_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"wangban/internal/casework"
)

// A case that was erased takes no page along that it once stood on: neither
// what its applicant sees, nor the licence that came of it.
func TestErasedCaseTakesNothingAlong(t *testing.T) {
	h := open(t)
	h.wait(2 * 365 * 24 * time.Hour)
	helper := &casework.Officer{ID: "sunli", Name: "孙丽", Unit: "approval"}
	id := h.begin("legal-person-account", "rep-complete", casework.HelperOwner("sunli"), helper, nil)
	token, _, err := h.accounts.OfferTakeover(t.Context(), id)
	h.must(err)
	mine := h.browser()
	mine.post("/t/"+token, mine.get("/t/"+token).hidden()...).is(http.StatusOK)
	l := h.issue(nil)
	operator := casework.Actor{Kind: casework.System, ID: "operator"}
	for _, erased := range []string{id, l.Case} {
		if _, err := h.door.Forget(t.Context(), erased, operator, "forget", "保存期满"); err != nil {
			t.Fatal(err)
		}
	}
	for _, address := range []string{"/my", "/my/messages"} {
		mine.get(address).is(http.StatusOK).lacks(id)
	}
	mine.get("/my/licences").is(http.StatusOK)
	mine.get("/licences/" + l.Number + "/show").is(http.StatusNotFound)
	mine.get("/licences/" + l.Number + "/pdf?code=" + url.QueryEscape("guess")).is(http.StatusNotFound)
	mine.get("/cases/" + id + "/tasks").is(http.StatusNotFound)
}
