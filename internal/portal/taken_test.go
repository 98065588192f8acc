package portal_test

import (
	"net/http"
	"testing"
	"time"

	"wangban/internal/form"
	"wangban/internal/web"
)

// A change that begins at a licence knows what the licence says, also under the
// names that the items before asked it by: who the operator is by now, the day
// of registration, what holds of what is to change. Another who acts for the
// unit learns nothing of the operator but the name on the licence. A change that
// changes nothing is told so beside its field.
func TestChangeTakesFromItsLicence(t *testing.T) {
	h := open(t)
	h.wait(time.Date(2023, 5, 8, 9, 0, 0, 0, form.Shanghai).Sub(friday))
	id := h.begin("sole-trader-setup", "noodle-shop", "somebody", nil, nil)
	l := h.effect(h.licences.Issue, id, map[string]string{"kind": "business-licence", "number": "business", "uscc": "number", "document": "licence", "public": "scope.items"})
	h.openAccount(form.Values{"unit.kind": "sole_trader", "unit.uscc": l.Number, "unit.name": l.Unit})
	h.wait(72 * time.Hour)
	owner := h.browser()
	owner.owner()
	begin := func() (string, form.Values) {
		page := owner.post("/items/sole-trader-change/start", "key", web.NewKey(), "licence", l.Number).is(http.StatusOK)
		s, _, err := h.door.Get(t.Context(), pathID(page.path))
		h.must(err)
		return s.ID, s.Values
	}
	expect := func(v form.Values, want form.Values) {
		t.Helper()
		for field, value := range want {
			if got := v[field]; form.Normal(form.Field{}, got) != form.Normal(form.Field{}, value) {
				t.Errorf("%s is %v, not %v", field, got, value)
			}
		}
	}
	id, v := begin()
	expect(v, form.Values{"unit.uscc": l.Number, "held.name": "舒城县小满面馆", "held.operator": "汤㛃", "held.since": "2023-05-08",
		"held.site": "舒城县城关镇桃溪路 12 号", "site.address": "舒城县城关镇桃溪路 12 号", "held.form": "person", "held.capital": "5",
		"held.scope": []string{"EX-H01", "EX-F01"}, "scope.items": []string{"EX-H01", "EX-F01"}, "operator.id_no": nil, "held.home": nil, "operator.mobile": nil})

	// What is ticked and stays as it is.
	at := func(page string) string { return "/cases/" + id + "/form/" + page }
	owner.post(at("what"), owner.get(at("what")).hidden("change.what", "scope")...).is(http.StatusOK)
	same := []string{"held.scope", "EX-H01", "held.scope", "EX-F01", "scope.items", "EX-H01", "scope.items", "EX-F01"}
	owner.post(at("scope"), owner.get(at("scope")).hidden(same...)...).is(http.StatusUnprocessableEntity, "和原来登记的内容相同", `id="scope.items-error"`, "取消勾选")
	owner.post(at("what"), owner.get(at("what")).hidden("change.what", "site")...).is(http.StatusOK)
	owner.post(at("scope"), owner.get(at("scope")).hidden("scope.items", "EX-H01", "scope.items", "EX-F01")...).is(http.StatusOK)

	// After a change of the operator the next one knows who it is now, and the draft
	// from before is left alone.
	h.wait(time.Hour)
	change := h.begin("sole-trader-change", "new-operator", "somebody", nil, form.Values{"unit.uscc": l.Number, "held.since": "2023-05-08"})
	h.effect(h.licences.Change, change, map[string]string{"licence": "unit.uscc", "kind": "business-licence", "document": "licence"})
	next, v := begin()
	if next == id {
		t.Error("the draft that says what held before goes on")
	}
	expect(v, form.Values{"held.operator": "王芳", "held.since": "2023-05-08", "held.scope": []string{"EX-F01"}, "held.capital": "5", "new.name": nil, "new.id_no": nil})
}
