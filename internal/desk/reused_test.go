package desk_test

import (
	"net/http"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/licence"
)

// What the applicant has given before and used again says beside the file where
// it comes from, by what consent, and whether it still counts.
func TestReusedFileSaysWhereItComesFrom(t *testing.T) {
	h := open(t)
	it, _ := h.items.Get("legal-person-account")
	again, own := photo("again.jpg"), photo("own.jpg")
	v := h.answersOf(it, "rep-complete", nil)
	me := casework.Actor{Kind: casework.Applicant, ID: "me", Session: "me"}
	receipt, err := h.door.Create(t.Context(), casework.Creation{Item: it.Name, Key: "reused", Actor: me, Created: casework.Created{Owner: me.ID, Channel: "web", Values: v}})
	h.must(err)
	id := receipt.Case
	reuse := func(r casework.Reused) {
		t.Helper()
		r.Field, r.Hash = "files.licence", again.Hash
		h.do(id, casework.Input{Act: casework.ActSave, Actor: me, Data: casework.Data{Values: form.Values{"files.licence": []form.File{own}}}})
		h.do(id, casework.Input{Act: casework.ActSave, Actor: me, Data: casework.Data{Values: form.Values{"files.licence": []form.File{again}}, Reused: []casework.Reused{r}}})
	}
	h.do(id, casework.Input{Act: casework.ActVerify, Actor: me, Data: casework.Data{Verified: map[string]string{"rep.mobile": v["rep.mobile"].(string)}}})
	reuse(casework.Reused{From: "34152331202008010001", Given: time.Date(2020, 8, 1, 10, 0, 0, 0, form.Shanghai), Until: "2020-09-05"})
	h.do(id, casework.Input{Act: "submit", Actor: me})
	at, address := h.as("chenyan"), "/desk/cases/"+id
	at.get(address).is(http.StatusOK, "以前交过，同意再用", "办件 34152331202008010001", "/desk/all?q=34152331202008010001", "2020年8月1日 提交", "2020年9月4日 09:00 同意", "有效期到 2020年9月5日", "C 自行上传").lacks("已经过了有效期")
	h.wait(48 * time.Hour)
	at.get(address).is(http.StatusOK, "已经过了有效期").lacks("有效期到")

	second, err := h.door.Create(t.Context(), casework.Creation{Item: it.Name, Key: "held", Actor: me, Created: casework.Created{Owner: me.ID, Channel: "web",
		Values: h.answersOf(it, "rep-complete", form.Values{"rep.mobile": "16612340001"})}})
	h.must(err)
	id, address = second.Case, "/desk/cases/"+second.Case
	h.do(id, casework.Input{Act: casework.ActVerify, Actor: me, Data: casework.Data{Verified: map[string]string{"rep.mobile": "16612340001"}}})
	reuse(casework.Reused{From: "JY13415230000016", Licence: true})
	h.do(id, casework.Input{Act: "submit", Actor: me})
	h.licence = licence.Valid
	at.get(address).is(http.StatusOK, "证照 JY13415230000016", "/desk/licences?number=JY13415230000016", "A 本机关签发").lacks("这份证照现在是")
	h.licence = licence.Revoked
	at.get(address).is(http.StatusOK, "这份证照现在是“已撤销”")

	plain := h.submit("plain", form.Values{"rep.mobile": "16612340002"})
	at.get("/desk/cases/" + plain).lacks("以前交过")
}
