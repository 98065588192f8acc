package desk_test

import (
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

// registration is a case with lists of records that waits for a reviewer.
func (h *house) registration(change func(form.Values)) string {
	h.Helper()
	it, problems := item.Read(os.DirFS("../item/testdata/items"), "records")
	if item.Broken(problems) {
		h.Fatal(problems)
	}
	h.items.Add(it)
	v, err := it.Answers("lifts", func(string) form.File { return form.File{} })
	h.must(err)
	change(v)
	me := casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}
	receipt, err := h.door.Create(h.Context(), casework.Creation{Item: "records", Key: web.NewKey(), Actor: me,
		Created: casework.Created{Owner: me.ID, Channel: "web", Values: v}})
	h.must(err)
	h.do(receipt.Case, casework.Input{Act: casework.ActVerify, Actor: me, Data: casework.Data{Verified: map[string]string{"contact.mobile": v["contact.mobile"].(string)}}})
	h.do(receipt.Case, casework.Input{Act: "submit", Actor: me})
	return receipt.Case
}

// An officer reads records as a table, sees what a change changes, and judges a
// list as one answer; numbers of persons stay covered until they are asked for.
func TestRecordsAtTheDesk(t *testing.T) {
	h := open(t)
	id := h.registration(func(form.Values) {})
	b := h.as("chenyan")
	page := "/desk/cases/" + id
	p := b.get(page).is(http.StatusOK, "曳引驱动乘客电梯", `data-label="设备代码"`, "311010890201500098", "原来是", "<b>10 万元</b>", "12.5 万元", "汤㛃", "居民身份证", "judge:equipment")
	if strings.Contains(p.body, "11010519491231002X") {
		t.Error("the number of a person is shown")
	}
	b.post(page+"/reveal", url.Values{"key": {"k"}}).is(http.StatusOK, "11010519491231002X")

	b.post(page+"/acts/return", url.Values{"key": {"return"}, "judge:equipment": {"wrong"}, "which:equipment": {"2"}}).
		is(http.StatusUnprocessableEntity, "写明哪里不对", `name="which:equipment" value="2"`)
	b.post(page+"/acts/return", url.Values{"key": {"return"}, "judge:equipment": {"wrong"},
		"why:equipment": {"EQUIPMENT_WRONG"}, "which:equipment": {"２，2 和 1号"}, "note:equipment": {"铭牌看不清"}}).is(http.StatusOK, "第 2、1 条：铭牌看不清")
	s, it, err := h.door.Get(t.Context(), id)
	h.must(err)
	if s.Stage != "draft" || s.Return == nil {
		t.Fatalf("the case is in %s", s.Stage)
	}
	me := casework.Actor{Kind: casework.Applicant, ID: "owner", Session: "owner"}
	rows := append([]form.Row{}, form.RowsOf(s.Values["equipment"])[0])
	h.do(id, casework.Input{Act: casework.ActSave, Actor: me, Data: casework.Data{Values: form.Values{"equipment": rows}}})
	h.do(id, casework.Input{Act: "submit", Actor: me})
	b.get(page).is(http.StatusOK, "有改动", "叉车")

	s, _, err = h.door.Get(t.Context(), id)
	h.must(err)
	stage, _ := it.Flow.Stage("review")
	judged := map[string]casework.Judgement{}
	for _, field := range casework.ToJudge(it, stage, s) {
		judged[field] = casework.Judgement{Right: true}
	}
	if _, ok := judged["equipment"]; !ok {
		t.Error("a list is not judged")
	}
	officer := casework.Actor{Kind: casework.Staff, ID: "chenyan", Name: "陈䶮", Unit: "chengguan", Roles: []string{"reviewer"}, Units: []string{"chengguan"}}
	h.do(id, casework.Input{Act: "accept", Actor: officer, Data: casework.Data{Judgements: judged}})
	if h.stage(id) != "done" {
		t.Error(h.stage(id))
	}
}

// A case in the queue stands in a stage of its own version, by that version's
// name and limit, when a newer one calls it otherwise or has it no more; what
// can be done with several at once is its own, too.
func TestQueueSpeaksOfTheCasesVersion(t *testing.T) {
	h := open(t)
	h.registration(func(form.Values) {})
	it, _ := h.items.Get("records")
	review, _ := it.Flow.Stage("review")
	b := h.as("chenyan")
	b.get("/desk").is(http.StatusOK, it.Guide.Title, review.Label)
	for name, change := range map[string]func([]item.Stage) []item.Stage{
		"renamed": func(all []item.Stage) []item.Stage {
			for i := range all {
				all[i].Label = "改了名的阶段" + all[i].Name
			}
			return all
		},
		"removed": func(all []item.Stage) []item.Stage {
			return slices.DeleteFunc(all, func(s item.Stage) bool { return s.Name == "review" })
		},
	} {
		newer := *it
		newer.Hash, newer.Guide.Title = name, "改了名的事项"
		newer.Flow.Stages = change(slices.Clone(it.Flow.Stages))
		h.items.Add(&newer)
		_, list, _ := strings.Cut(b.get("/desk").is(http.StatusOK).body, "<tbody")
		list, _, _ = strings.Cut(list, "</tbody>")
		if !strings.Contains(list, review.Label) || !strings.Contains(list, it.Guide.Title) || strings.Contains(list, "改了名") {
			t.Errorf("%s: %s", name, list)
		}
	}
}
