package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"wangban/internal/account"
	"wangban/internal/casework"
)

// staffList is a list of staff, filled in into the template.
func (h *house) staffList(rows ...[]string) []byte {
	h.Helper()
	template, err := account.RosterTemplate(h.posts())
	h.must(err)
	book, err := excelize.OpenReader(bytes.NewReader(template))
	h.must(err)
	defer func() { _ = book.Close() }()
	for y, row := range rows {
		for x, cell := range row {
			name, err := excelize.CoordinatesToCellName(x+1, y+3)
			h.must(err)
			h.must(book.SetCellStr(book.GetSheetName(0), name, cell))
		}
	}
	var b bytes.Buffer
	h.must(book.Write(&b))
	return b.Bytes()
}

func (h *house) imported(content []byte, dry bool, says ...string) error {
	h.Helper()
	var out strings.Builder
	err := h.importRoster(h.Context(), &out, content, dry)
	for _, text := range says {
		if !strings.Contains(out.String(), text) {
			h.Errorf("%q is missing in:\n%s", text, out.String())
		}
	}
	return err
}

// Who joins can log in, who leaves cannot, and what they held is handed over
// on record. A mistake anywhere, and nothing changes.
func TestStaffImport(t *testing.T) {
	h := openHouse(t)
	c := &cast{house: h, owner: h.browser(), signer: h.browser(), names: map[string]string{}}
	c.set("in_review")
	wrong := h.staffList(
		[]string{"wangfang", "王芳", "城关市场监管所", "1390000", "审核", "", "", ""},
		[]string{"wangfang", "王芳", "没有的所", "13900000077", "审核", "", "", ""},
		[]string{"chenyan", "陈䶮", "城关市场监管所", "13900000002", "审核", "", "是", ""},
		[]string{"zhaohang", "赵杭", "杭埠市场监管所", "13900000003", "审核", "", "", "nobody"},
	)
	err := h.imported(wrong, false, "第 3 行", "手机号", "第 4 行", "所在单位", "工号“wangfang”在第 3 行已经有了", "chenyan 还有 1 件在办", "没有离岗的人不用交接")
	if err == nil {
		t.Fatal("mistakes were imported")
	}
	if _, known, err := h.accounts.Member(t.Context(), "wangfang"); known || err != nil {
		t.Fatalf("somebody of a wrong list is there: %v", err)
	}
	good := h.staffList(
		[]string{"wangfang", "王芳", "城关市场监管所", "13900000077", "审核、帮办", "", "", ""},
		[]string{"chenyan", "陈䶮", "城关市场监管所", "13900000002", "审核", "", "是", "wangfang"},
		[]string{"zhaohang", "赵杭", "杭埠市场监管所", "13900000003", "审核；帮办", "全部单位", "", ""},
	)
	h.must(h.imported(good, true, "joins: 1 [wangfang]", "changes: 1 [zhaohang]", "leaves: 1 [chenyan]"))
	if s := c.state(c.id); s.Holder == nil || s.Holder.ID != "chenyan" {
		t.Fatalf("a dry run has handed over: %+v", s.Holder)
	}
	at := h.as("staff", "chenyan")
	if got := at.get("/desk"); got.status != 200 {
		t.Fatalf("before leaving: %d", got.status)
	}
	h.must(h.imported(good, false, "first password of wangfang: ", "handed over from chenyan to wangfang: 1"))
	if got := at.get("/desk"); got.status == 200 && !strings.Contains(got.body, "登录工作台") {
		t.Errorf("who has left still works: %d", got.status)
	}
	if s := c.state(c.id); s.Holder == nil || s.Holder.ID != "wangfang" || s.Stage != "in_review" {
		t.Errorf("held by %+v in %s", s.Holder, s.Stage)
	}
	m, _, err := h.accounts.Member(t.Context(), "zhaohang")
	if h.must(err); len(m.Units) != 1 || m.Units[0] != "*" || len(m.Roles) != 2 {
		t.Errorf("changed to %+v", m)
	}
	events, err := h.door.History(t.Context(), c.id)
	if h.must(err); events[len(events)-1].Act != casework.ActHandOver {
		t.Errorf("the last event is %s", events[len(events)-1].Act)
	}
	h.must(h.imported(good, false, "stays: 3"))
	if err := h.importRoster(t.Context(), new(strings.Builder), []byte("no spreadsheet"), false); err == nil {
		t.Error("what is no spreadsheet was imported")
	}
}
