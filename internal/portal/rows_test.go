package portal_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"wangban/internal/form"
	"wangban/internal/form/sheet"
	"wangban/internal/item"
)

// records is a case of an item with lists of records, begun in this browser.
func (b *browser) records() (home string) {
	b.Helper()
	it, problems := item.Read(os.DirFS("../item/testdata/items"), "records")
	if item.Broken(problems) {
		b.Fatal(problems)
	}
	b.items.Add(it)
	started := b.post("/items/records/start", "key", "start").is(http.StatusOK, "使用单位")
	return strings.TrimSuffix(started.path, "/form/unit")
}

func (b *browser) values(home string) form.Values {
	b.Helper()
	s, _, err := b.door.Get(b.Context(), strings.TrimPrefix(home, "/cases/"))
	b.must(err)
	return s.Values
}

var lift = []string{"name", "乘客电梯", "variety", "3110", "device", "3110 1089 0201 5000 98", "since.year", "2020", "since.month", "9", "since.day", "1",
	"speed", "1.75", "spot", "城关镇和平街 36 号", "mode", "own", "inspected", "yes"}

// changed are pairs with another value for one of them.
func changed(pairs []string, name, value string) []string {
	out := append([]string{}, pairs...)
	for i := 0; i < len(out); i += 2 {
		if out[i] == name {
			out[i+1] = value
		}
	}
	return out
}

// A record is filled in on a page of its own, without JavaScript: added, put
// right, changed, removed; nothing typed is lost on the way.
func TestRecordsOnThePage(t *testing.T) {
	h := open(t)
	b := h.browser()
	home := b.records()
	list := home + "/form/equipment"

	empty := b.get(list).is(http.StatusOK, "还没有添加。", "添加设备", "用表格批量填")
	b.post(list, empty.hidden()...).is(http.StatusUnprocessableEntity, "还没有添加“设备”。至少添加 1 条。")

	add := b.post(list, empty.hidden("row", "equipment new")...).at(list+"/equipment/new").is(http.StatusOK, "添加设备", "保存并再添加一个").lacks("额定速度")
	wrong := b.post(list+"/equipment/new", add.hidden(changed(lift, "device", "3110")...)...).
		is(http.StatusUnprocessableEntity, "“设备代码”应为 18 位，现在是 4 位", `value="乘客电梯"`, `value="1.75"`, `href="#device"`)
	if len(form.RowsOf(b.values(home)["equipment"])) != 0 {
		t.Error("a wrong record was kept")
	}
	b.post(list+"/equipment/new", wrong.hidden(lift...)...).at(list).is(http.StatusOK, "已添加 1 条", "乘客电梯", "曳引驱动乘客电梯", "1.75 米每秒", "再添加一个设备")

	second := b.get(list + "/equipment/new").is(http.StatusOK)
	b.post(list+"/equipment/new", second.hidden(append(changed(lift, "name", "货梯"), "more", "yes")...)...).at(list + "/equipment/new").is(http.StatusOK)
	if rows := form.RowsOf(b.values(home)["equipment"]); len(rows) != 2 || rows[1]["name"] != "货梯" || rows[1]["device"] != "311010890201500098" {
		t.Fatalf("%v", rows)
	}

	edit := b.post(list, b.get(list).hidden("row", "equipment 2")...).at(list+"/equipment/2").is(http.StatusOK, `value="货梯"`, "设备（第 2 个）")
	// What belongs to another kind of equipment is not asked any more.
	b.post(list+"/equipment/2", edit.hidden(changed(changed(lift, "variety", "5110"), "device", "511010890201500098")...)...).at(list).is(http.StatusOK, "叉车")
	// An odd code is asked about, and taken when it is confirmed.
	edit = b.get(list + "/equipment/1")
	odd := b.post(list+"/equipment/1", edit.hidden(changed(lift, "device", "511010890201500098")...)...).is(http.StatusUnprocessableEntity, "不一致", "我已核对，确认无误")
	b.post(list+"/equipment/1", odd.hidden(append(changed(lift, "device", "511010890201500098"), "device.confirm", "511010890201500098")...)...).at(list).is(http.StatusOK).lacks("不一致")

	gone := b.get(list+"/equipment/1/remove").is(http.StatusOK, "要删除第 1 个设备吗？", "乘客电梯")
	b.post(list+"/equipment/1/remove", gone.hidden()...).at(list).is(http.StatusOK, "已添加 1 条")
	if rows := form.RowsOf(b.values(home)["equipment"]); len(rows) != 1 || rows[0]["name"] != "乘客电梯" {
		t.Errorf("%v", rows)
	}
	// What was removed in one tab is not removed again in another.
	b.post(list+"/equipment/1/remove", gone.hidden("key", "another")...)
	if len(form.RowsOf(b.values(home)["equipment"])) != 1 {
		t.Error("a second record has gone with the first")
	}
	for _, address := range []string{"/equipment/7", "/equipment/0", "/equipment/-1", "/equipment/x", "/equipment/7/remove", "/people/sheet"} {
		b.get(list + address).is(http.StatusOK)
	}
	b.get(home+"/check").is(http.StatusOK, "设备", "乘客电梯", "data-label=\"设备代码\"")
}

// Who leaves a page for a record loses nothing that was typed on it.
func TestNothingIsLostOnTheWayToARecord(t *testing.T) {
	h := open(t)
	b := h.browser()
	home := b.records()
	page := home + "/form/people"
	p := b.get(page).is(http.StatusOK, "没有安全管理人员的原因")
	b.post(page, p.hidden("reason.none", "都在外地", "row", "people new")...).at(page + "/people/new")
	if b.values(home)["reason.none"] != "都在外地" {
		t.Error("what was typed on the page is lost")
	}
	b.post(page, b.get(page).hidden("reason.none", strings.Repeat("长", 200), "row", "people new")...).
		is(http.StatusUnprocessableEntity, "最多 100 个字", strings.Repeat("长", 200))
}

// Another tab has saved meanwhile: what was typed stays on the page.
func TestRecordChangedElsewhere(t *testing.T) {
	h := open(t)
	b := h.browser()
	home := b.records()
	list := home + "/form/equipment"
	first := b.get(list + "/equipment/new")
	other := b.get(list + "/equipment/new")
	b.post(list+"/equipment/new", other.hidden(lift...)...).at(list)
	stale := b.post(list+"/equipment/new", first.hidden(changed(lift, "name", "货梯")...)...).is(http.StatusConflict, "内容已经在别处改过", `value="货梯"`)
	b.post(list+"/equipment/new", stale.hidden(changed(lift, "name", "货梯")...)...).at(list).is(http.StatusOK, "已添加 2 条")
}

// A record that was saved, gone back to and changed is shown again; sent twice as
// it is, it is there once.
func TestRecordGoneBackTo(t *testing.T) {
	h := open(t)
	b := h.browser()
	list := b.records() + "/form/equipment"
	page := b.get(list + "/equipment/new")
	b.post(list+"/equipment/new", page.hidden(lift...)...).at(list)
	b.post(list+"/equipment/new", page.hidden(lift...)...).at(list).is(http.StatusOK, "已添加 1 条")
	b.post(list+"/equipment/new", page.hidden(changed(lift, "name", "货梯")...)...).is(http.StatusConflict, `value="货梯"`)
}

// A long list is searched or opened level by level; what is chosen stays, also
// without JavaScript and when the return key is pressed.
func TestCatalogueOnThePage(t *testing.T) {
	h := open(t)
	b := h.browser()
	home := b.records()
	page := home + "/form/scope"
	p := b.get(page).is(http.StatusOK, "零售业", "打开，下面有 2 项").lacks("日用百货销售")
	found := b.post(page, p.hidden("scope.items.q", "zzz", "scope.items.find", "1")...).is(http.StatusOK, "没有找到“zzz”")
	found = b.post(page, found.hidden("scope.items.q", "rybh")...).is(http.StatusOK, "找到 1 项", "日用百货销售", "零售业")
	opened := b.post(page, found.hidden("scope.items", "F5211", "scope.items.q", "rybh", "scope.items.in", "H62")...).
		is(http.StatusOK, "已选 1 项", "日用百货销售", "餐饮服务", "全部类别")
	if b.values(home)["scope.items"] != nil {
		t.Error("looking around has saved something")
	}
	asked := b.post(page, opened.hidden("scope.items", "F5211", "scope.items", "H6210")...)
	asked.is(http.StatusUnprocessableEntity, "还没有填“许可项目说明”")
	b.post(page, asked.hidden("scope.items", "F5211", "scope.items", "H6210", "scope.permit", "餐饮")...).at(home + "/form/equipment")
	if got := fmt.Sprint(b.values(home)["scope.items"]); got != "[F5211 H6210]" {
		t.Error(got)
	}
	b.post(page, b.get(page).hidden("scope.items", "F52")...).is(http.StatusUnprocessableEntity, "“零售业”下面还分几种")
	b.post(page, b.get(page).hidden("scope.items", "9999")...).is(http.StatusUnprocessableEntity, "目录里没有“9999”")
}

// A change shows what holds so far.
func TestWhatHoldsSoFar(t *testing.T) {
	h := open(t)
	b := h.browser()
	home := b.records()
	page := home + "/form/change"
	b.post(page, b.get(page).hidden("change.capital", "10", "change.capital_new", "１０．００")...).is(http.StatusUnprocessableEntity, "和原来登记的内容相同", "原来是", "<b>10 万元</b>", "１０．００")
	b.post(page, b.get(page).hidden("change.capital", "10", "change.capital_new", "12.5")...).at(home + "/form/scope")
	b.get(home+"/check").is(http.StatusOK, "原来是", "<b>10 万元</b>", "12.5 万元")
}

// filledSheet is the template with rows.
func (b *browser) filledSheet(address string, rows ...[]any) []byte {
	b.Helper()
	template := b.get(address + "/template").is(http.StatusOK)
	if kind := template.header.Get("Content-Type"); !strings.Contains(kind, "spreadsheetml") {
		b.Fatal(kind)
	}
	book, err := excelize.OpenReader(strings.NewReader(template.body))
	b.must(err)
	for i, row := range rows {
		for j, v := range row {
			cell, err := excelize.CoordinatesToCellName(j+1, i+3)
			b.must(err)
			b.must(book.SetCellValue("填写", cell, v))
		}
	}
	var out bytes.Buffer
	b.must(book.Write(&out))
	return out.Bytes()
}

// Many records come by spreadsheet; those with mistakes are kept and put right
// on their pages.
func TestRecordsBySheet(t *testing.T) {
	h := open(t)
	b := h.browser()
	home := b.records()
	list := home + "/form/equipment"
	address := list + "/equipment/sheet"
	p := b.get(address).is(http.StatusOK, "下载模板（XLSX）", "不超过 2 MB")
	content := b.filledSheet(address,
		[]any{"一号梯", "3110 曳引驱动乘客电梯", "311010890201500098", "", 44075, 1.75, "城关镇和平街 36 号", "自有", "是"},
		[]any{"二号梯", "客梯", "3.11010890201500E+17", "", "2020年9月31日", "0.5", "城关镇", "自有", "是"},
		[]any{},
		[]any{"叉车", "叉车", "511010890201500099", "", "2020/9/1", "", "", "租用", "否"})
	read := b.upload(address, "sheet", "设备.xlsx", content, p.hidden("mode", "add")...).
		is(http.StatusOK, "收下了 3 条，其中 2 条要改", "第 4 行", "后面的数字已经丢了", "第 6 行", "还没有填“使用地点”", list+"/equipment/2#device", list+"/equipment/3#spot")
	read.lacks("第 3 行")
	b.get(list).is(http.StatusOK, "已添加 3 条", "2 条要改", "“投入使用日期”的内容读不懂")
	b.get(home+"/check").is(http.StatusOK, "第 3 条：还没有填“使用地点”。", list+"/equipment/3?from=check#spot")
	fix := b.get(list+"/equipment/3").is(http.StatusOK, "还没有填“使用地点”", `value="叉车"`)
	b.post(list+"/equipment/3", fix.hidden("name", "叉车", "variety", "5110", "device", "511010890201500099", "since.year", "2020", "since.month", "9", "since.day", "1",
		"spot", "城关镇", "mode", "rent", "inspected", "no")...).at(list).is(http.StatusOK, "1 条要改")

	again := b.get(address).is(http.StatusOK, "已经填了 3 条", "代替已经填的")
	b.upload(address, "sheet", "设备.xlsx", b.filledSheet(address, []any{"一号梯", "3110", "311010890201500098", "", "2020-09-01", "1.75", "城关镇和平街 36 号", "自有", "是"}), again.hidden("mode", "replace")...).
		is(http.StatusOK, "收下了 1 条，都填对了。")
	b.get(list).is(http.StatusOK, "已添加 1 条").lacks("条要改")

	for name, c := range map[string]struct {
		content []byte
		says    string
	}{
		"a picture": {[]byte("\x89PNG\r\n\x1a\n"), "这不是 XLSX 表格"},
		"nothing":   {b.filledSheet(address), "表格里没有内容"},
		"empty":     {nil, "还没有选表格"},
		"large":     {make([]byte, sheet.MaxFile+10), "超过 2 MB"},
	} {
		b.upload(address, "sheet", name, c.content, b.get(address).hidden("mode", "add")...).is(http.StatusUnprocessableEntity, c.says)
	}
	b.post(address, b.get(address).hidden()...).is(http.StatusUnprocessableEntity, "还没有选表格")
	if len(form.RowsOf(b.values(home)["equipment"])) != 1 {
		t.Error("what could not be read has changed something")
	}
}

// A full spreadsheet is taken in whole, listed in parts, and is no burden.
func TestManyRecordsBySheet(t *testing.T) {
	h := open(t)
	b := h.browser()
	home := b.records()
	list := home + "/form/equipment"
	address := list + "/equipment/sheet"
	rows := make([][]any, form.MostRows)
	for i := range rows {
		rows[i] = []any{fmt.Sprintf("%d 号梯", i+1), "3110", fmt.Sprintf("31101089020%d%05d", 1500+i%10, i+1)[:18], "", "2020-09-01", "1.75", "城关镇", "自有", "是"}
	}
	b.upload(address, "sheet", "设备.xlsx", b.filledSheet(address, rows...), b.get(address).hidden("mode", "add")...).is(http.StatusOK, "收下了 2000 条")
	b.get(list).is(http.StatusOK, "已添加 2000 条", "最多 2000 条，不能再添加了。", "?rows=50#equipment").lacks("51 号梯")
	b.get(list+"?rows=50").is(http.StatusOK, "?rows=0#equipment", "?rows=100#equipment")
	b.get(home+"/check").is(http.StatusOK, "还有 1800 条没有显示。")
	b.upload(address, "sheet", "设备.xlsx", b.filledSheet(address, rows[0]), b.get(address).hidden("mode", "add")...).is(http.StatusUnprocessableEntity, "最多 2000 条，加上表格里的 1 条超过了")
}

// Records are their owner's alone.
func TestRecordsOfOthers(t *testing.T) {
	h := open(t)
	b := h.browser()
	home := b.records()
	list := home + "/form/equipment"
	b.post(list+"/equipment/new", b.get(list+"/equipment/new").hidden(lift...)...).at(list)
	stranger := h.browser()
	for _, address := range []string{"/equipment/1", "/equipment/new", "/equipment/1/remove", "/equipment/sheet", "/equipment/sheet/template"} {
		stranger.get(list + address).is(http.StatusNotFound).lacks("乘客电梯")
	}
	for _, address := range []string{"/equipment/1", "/equipment/new", "/equipment/1/remove", "/equipment/sheet"} {
		stranger.post(list+address, "key", "k", "version", "2").is(http.StatusNotFound)
	}
	s, _, err := h.door.Get(t.Context(), strings.TrimPrefix(home, "/cases/"))
	h.must(err)
	if len(form.RowsOf(s.Values["equipment"])) != 1 || s.Stage != "draft" {
		t.Error("a stranger has changed something")
	}
}
