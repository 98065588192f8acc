package portal_test

import (
	"net/http"
	"testing"
)

// The result query needs no account and tells nothing before the code: the
// same page for a case that exists and one that does not. Afterwards it shows
// how the case stands, opens it to this browser, and shows no document number.
// covers: R-070, C-40
func TestResultQuery(t *testing.T) {
	h := open(t)
	id := h.begin("legal-person-account", "rep-complete", "somebody", nil, nil)
	s, _, err := h.door.Get(t.Context(), id)
	h.must(err)
	uscc, mobile := s.Values["unit.uscc"].(string), s.Values["rep.mobile"].(string)
	name, number := s.Values["unit.name"].(string), s.Values["rep.id_no"].(string)

	b := h.browser()
	b.post("/result", "uscc", "9134", "mobile", "1").is(http.StatusUnprocessableEntity, "有 2 处需要修改", `value="9134"`)
	b.get("/cases/" + id + "/tasks").is(http.StatusNotFound)
	asked := b.post("/result", "uscc", uscc, "mobile", mobile).is(http.StatusOK, "验证码已发到你填的手机号").lacks(name)
	none := b.post("/result", "uscc", uscc, "mobile", "13700000000").is(http.StatusOK, "验证码已发到你填的手机号").lacks(name)
	b.post("/result/code", asked.hidden("code", "12")...).is(http.StatusUnprocessableEntity, "验证码不对").lacks(name)
	b.post("/result/code", none.hidden("code", h.codes["13700000000"])...).is(http.StatusOK, "没有查到申请").lacks(name)
	b.get("/cases/" + id + "/tasks").is(http.StatusNotFound)

	b.post("/result/code", asked.hidden("code", h.codes[mobile])...).is(http.StatusOK, name, "草稿", `href="/cases/`+id+`"`).lacks(number)
	b.get("/cases/"+id+"/tasks").is(http.StatusOK, name)
	b.get("/my").is(http.StatusOK, name)
	h.browser().get("/cases/" + id + "/tasks").is(http.StatusNotFound)
	b.post("/logout").is(http.StatusOK)
	b.get("/cases/" + id + "/tasks").is(http.StatusNotFound)
}
