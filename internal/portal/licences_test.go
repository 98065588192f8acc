package portal_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/form"
)

// Anyone verifies a licence by its QR code or by number and unit; a number
// alone tells nothing. The document is for its owner and for who has the code.
func TestLicences(t *testing.T) {
	h := open(t)
	h.openAccount(nil)
	h.wait(time.Date(2021, 6, 1, 9, 0, 0, 0, form.Shanghai).Sub(friday))
	id := h.begin("food-filing", "food-complete", "somebody", nil, form.Values{"unit.uscc": unit})
	s, _, err := h.door.Get(t.Context(), id)
	h.must(err)
	var number string
	h.must(h.db.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
		results, err := h.licences.Issue(ctx, tx, casework.Call{With: map[string]string{"kind": "food-filing", "number": "food-filing", "document": "certificate"}}, casework.State{}, s, casework.Event{At: h.clock()})
		number = results["licence"]
		return err
	}))
	l, _, err := h.licences.Find(t.Context(), number)
	h.must(err)

	b := h.browser()
	address := "/licences/" + number
	known := []string{"这份证照是真的，现在有效", l.Title, l.Unit, unit, "2021年6月1日"}
	b.get("/licences").is(http.StatusOK, "证照核验").lacks("没有这份证照")
	b.get(address).is(http.StatusOK, `value="`+number+`"`).lacks(l.Unit, "没有这份证照")
	b.get(address+"?code="+l.Code).is(http.StatusOK, known...)
	b.get("/licences?number="+number+"&uscc="+unit).is(http.StatusOK, known...).lacks("下载证照")
	for _, wrong := range []string{address + "?code=0000000000000000", "/licences/YB23415230000000?code=" + l.Code,
		"/licences?number=" + number + "&uscc=" + secondUnit, "/licences?number=nothing&uscc=" + unit} {
		b.get(wrong).is(http.StatusNotFound, "没有这份证照", "逐位核对").lacks(l.Unit)
	}
	b.get("/licences?number=&uscc=").is(http.StatusUnprocessableEntity, "填证照编号", "有 2 处需要修改")

	b.get(address + "/pdf").is(http.StatusNotFound)
	b.get(address + "/pdf?code=" + unit).is(http.StatusNotFound)
	b.get(address+"/pdf?code="+l.Code).is(http.StatusOK, "%PDF of certificate")
	agent := h.browser()
	agent.logIn(agentCell, secret, agentCell)
	agent.get("/organisation").is(http.StatusOK, l.Title, number)
	agent.get(address).is(http.StatusOK, "出示", "下载证照")
	if got := agent.get(address+"/pdf").is(http.StatusOK, "%PDF").header.Get("Content-Type"); got != "application/pdf" {
		t.Errorf("the document comes as %s", got)
	}
}
