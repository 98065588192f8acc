package desk_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"wangban/internal/phrase"
)

var phraseOption = regexp.MustCompile(`<option value="([a-z2-7]+)">([^<]+)</option>`)

// phrase is the name of an offered phrase.
func (p page) phrase(text string) string {
	p.Helper()
	for _, m := range phraseOption.FindAllStringSubmatch(p.body, -1) {
		if m[2] == text {
			return m[1]
		}
	}
	p.Fatalf("%s: %q is not offered", p.path, text)
	return ""
}

var phraseAddress = regexp.MustCompile(`action="(/desk/phrases/[a-z2-7]+)"`)

// Everybody keeps their own phrases; those of the unit are kept by its head and
// used by all of it.
func TestKeepingPhrases(t *testing.T) {
	h := open(t)
	at, head := h.as("chenyan"), h.as("head")
	at.get("/desk").is(http.StatusOK, `href="/desk/phrases"`)
	at.get("/desk/phrases").is(http.StatusOK, "还没有常用语", "由单位负责人维护")
	p := at.post("/desk/phrases", with("whose", "own", "text", "照片看不清。")).is(http.StatusOK, "已保存", ">照片看不清。</textarea>")
	mine := phraseAddress.FindStringSubmatch(p.body)[1]
	at.post("/desk/phrases", with("text", strings.Repeat("字", phrase.Longest+1))).is(http.StatusUnprocessableEntity, "一句最多 200 个字，现在是 201 个字", strings.Repeat("字", phrase.Longest+1)+"</textarea>", `aria-invalid="true"`)
	at.post("/desk/phrases", with("text", "重拍一张。")).is(http.StatusOK, "重拍一张。")
	at.post(mine, with("text", "重拍一张。")).is(http.StatusUnprocessableEntity, "已经有一句一样的")
	at.post(mine, with("text", "执照照片看不清。")).is(http.StatusOK, ">执照照片看不清。</textarea>").lacks(">照片看不清。<")

	at.post("/desk/phrases", with("whose", "unit", "text", "全所用的")).is(http.StatusForbidden, "由单位负责人维护")
	at.post(mine, with("whose", "unit", "delete", "yes")).is(http.StatusForbidden)
	head.post("/desk/phrases", with("whose", "unit", "text", "全所用的")).is(http.StatusOK, ">全所用的</textarea>").lacks("执照照片")
	at.get("/desk/phrases").is(http.StatusOK, "<li>全所用的</li>").lacks(">全所用的</textarea>")
	h.as("hangbu").get("/desk/phrases").is(http.StatusOK).lacks("全所用的", "执照照片")
	h.as("hangbu").post(mine, with("text", "改别人的")).is(http.StatusNotFound, "没有这句常用语")
	h.as("hangbu").post(mine, with("delete", "yes"))
	at.get("/desk/phrases").is(http.StatusOK, "执照照片看不清。")
	at.post(mine, with("delete", "yes")).is(http.StatusOK, "已删除").lacks("执照照片")
}

// Without scripts a phrase is put in by the server: everything typed stays,
// nothing is kept.
func TestInsertingPhrases(t *testing.T) {
	h := open(t)
	id := h.submit("one", nil)
	at := h.as("chenyan")
	at.get("/desk/cases/" + id).lacks(`name="insert"`)
	at.act(at.get("/desk/cases/"+id), id, "claim", nil).lacks(`name="insert"`)
	at.post("/desk/phrases", with("text", "少了“镇”字。"))
	h.as("head").post("/desk/phrases", with("whose", "unit", "text", "按执照填写。"))
	p := at.get("/desk/cases/"+id).is(http.StatusOK, `name="insert" value="note:unit.name"`, `name="insert" value="text"`, `formaction="/desk/cases/`+id+`/phrases"`)
	events, err := h.door.History(t.Context(), id)
	h.must(err)
	typed := p.allRight()
	typed.Set("judge:unit.name", "wrong")
	typed.Set("note:unit.name", "名称")
	typed.Set("text", "正在写的说明")
	typed.Set("phrase:note:unit.name", p.phrase("少了“镇”字。"))
	typed.Set("phrase:text", p.phrase("按执照填写。"))
	insert := func(box string) page {
		typed.Set("insert", box)
		return at.post("/desk/cases/"+id+"/phrases", typed)
	}
	insert("note:unit.name").is(http.StatusOK, `value="名称；少了“镇”字。"`, "正在写的说明", `id="wrong:unit.name" name="judge:unit.name" value="wrong" checked`)
	insert("text").is(http.StatusOK, "正在写的说明\n按执照填写。", `value="名称"`)
	typed.Set("text", "")
	insert("text").is(http.StatusOK, ">按执照填写。</textarea>")
	typed.Set("note:unit.name", strings.Repeat("字", 195))
	insert("note:unit.name").is(http.StatusUnprocessableEntity, "放不下：这里最多 200 个字", strings.Repeat("字", 195))
	typed.Set("phrase:text", "")
	insert("text").is(http.StatusUnprocessableEntity, "先在“常用语”里选一句")
	typed.Set("phrase:judge:unit.uscc", p.phrase("按执照填写。"))
	insert("judge:unit.uscc").is(http.StatusOK, `value="right" checked`)
	if after, err := h.door.History(t.Context(), id); err != nil || len(after) != len(events) {
		t.Errorf("%d events before, %d after: %v", len(events), len(after), err)
	}
	h.as("hangbu").post("/desk/cases/"+id+"/phrases", typed).is(http.StatusNotFound)
	h.as("zhouwei").get("/desk/cases/" + id).is(http.StatusOK).lacks(`name="insert"`)
}

// The pages of acts offer them too, beside every box.
func TestInsertingPhrasesIntoActs(t *testing.T) {
	h := open(t)
	at := h.as("chenyan")
	at.post("/desk/phrases", with("text", "布局行不行？"))
	id := h.inReview()
	at.act(at.get("/desk/cases/"+id), id, "propose", nil)
	second := h.as("sunli")
	second.post("/desk/phrases", with("text", "不符合规定。"))
	p := second.act(second.get("/desk/cases/"+id), id, "deny", nil).is(http.StatusOK, `name="insert" value="text"`)
	typed := with("insert", "text", "phrase:text", p.phrase("不符合规定。"), "reason", "NOT_OURS", "deny.law", "第三十八条", "text", "另外")
	second.act(p, id, "deny", typed).is(http.StatusOK, "另外\n不符合规定。</textarea>", "第三十八条", `value="NOT_OURS" checked`).lacks("有 1 处需要修改")
	if h.stage(id) != "second" {
		t.Error("inserting has decided")
	}
	s, _, err := h.door.Get(t.Context(), id)
	h.must(err)
	if len(s.Drafts) > 0 {
		t.Error("inserting has kept a draft")
	}

	id = h.inReview()
	p = at.act(at.get("/desk/cases/"+id), id, "ask", nil)
	at.act(p, id, "ask", url.Values{"insert": {"text"}, "phrase:text": {p.phrase("布局行不行？")}, "units": {"food"}}).
		is(http.StatusOK, ">布局行不行？</textarea>", `value="food" checked`)
	s, _, err = h.door.Get(t.Context(), id)
	h.must(err)
	if len(s.Consults) > 0 {
		t.Error("inserting has asked")
	}
}
