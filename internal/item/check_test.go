package item_test

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"wangban/internal/form"
	"wangban/internal/item"
)

// sampleHouse is the house that the sample item in testdata is written for.
var sampleHouse = item.Options{
	Effects: map[string]item.EffectCheck{"an.effect": func(s *item.Settings) {
		s.Keys("kind", "number", "document", "public", "unit", "password")
		s.Number("number")
		s.Document("document")
		s.Fields("public")
		s.Fields("password", form.TypePassword)
		s.Group("unit", item.Member{Name: "name", Type: form.TypeUnitName}, item.Member{Name: "uscc", Type: form.TypeUSCC}, item.Member{Name: "kind", Type: form.TypeText, Optional: true})
	}, "a.bare.effect": item.NoSettings, "a.needy.effect": func(s *item.Settings) { s.Need("kind") }},
	Checks: map[string]item.EffectCheck{"a.check": nil, "holding": func(s *item.Settings) {
		s.Keys("field", "text", "how")
		s.Need("field")
		s.Fields("field")
		s.Expression("text", "sequence")
		s.OneOf("how", "warn", "refuse")
	}}, Roles: []string{"clerk"}, Units: []string{"food", "county"}, Proofs: []string{"sms", "face", "counter"},
}

// many are n questions to answer with yes or no, each with one that follows, or
// one that follows when all are answered with yes.
func many(n int, each bool) string {
	var b strings.Builder
	all := "true"
	for i := range n {
		fmt.Fprintf(&b, "q%d: {label: 第%d问, type: yesno}\n      ", i, i)
		if each {
			fmt.Fprintf(&b, "a%d: {label: 第%d答, type: text, when: q%d}\n      ", i, i, i)
		}
		all += fmt.Sprintf(" && q%d", i)
	}
	if !each {
		fmt.Fprintf(&b, "all: {label: 都是, type: text, when: %s}\n      ", all)
	}
	return b.String()
}

// sampleFiles are the files of the sample item, to be spoilt.
func sampleFiles(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	for _, dir := range []string{"", "documents", "examples"} {
		entries, err := os.ReadDir(path.Join("testdata/items/sample", dir))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !e.IsDir() {
				name := path.Join("sample", dir, e.Name())
				b, err := os.ReadFile(path.Join("testdata/items", name))
				if err != nil {
					t.Fatal(err)
				}
				out[name] = &fstest.MapFile{Data: b}
			}
		}
	}
	return out
}

func problemsOf(fsys fstest.MapFS) []item.Problem {
	it, problems := item.Read(fsys, "sample")
	return append(problems, item.Check(it, sampleHouse)...)
}

func TestTheSampleIsRight(t *testing.T) {
	for _, p := range problemsOf(sampleFiles(t)) {
		t.Error(p)
	}
}

// Each row breaks the sample in one place, and tells what must be reported.
// A text that changed has no English either; that is not told in each row.
func TestLints(t *testing.T) {
	for _, c := range []struct {
		name           string
		file, old, new string
		want           []string
	}{
		// Reading.
		{"a mistyped key", "form", "pattern_text: 只写数字。", "patern_text: 只写数字。", []string{
			"form.yaml:16: 不认识“patern_text”。建议：改成“pattern_text”。", "form.yaml:16: 填得不合格式时，没有话可说。建议：写 pattern_text:，说清楚怎样填才对。"}},
		{"a word of another file", "form", "label: 备注,", "label: 备注, hint: 随便写,", []string{"form.yaml:16: 不认识“hint”。建议：改成“help”。"}},
		{"a mistyped function", "flow", "checked(region", "chekced(region", []string{"flow.yaml:20: 条件里的“chekced”不存在。建议：改成“checked”。"}},
		{"an unknown key", "flow", "profile: registration", "profile: registration\nowner: me", []string{"flow.yaml:2: 不认识“owner”。建议：这里可以写：across、applicant、checks、clock、"}},
		{"a key twice", "form", "title: 负责人", "title: 负责人\n    title: 负责人", []string{"form.yaml:11: “title”写了两次，第 10 行已经有了。"}},
		{"no YAML", "messages", "late: {id: S2,", "late: {id: S2", []string{"messages.yaml:5: 不是正确的 YAML"}},
		{"no YAML in the form", "form", "pages:", "pages: {", []string{"form.yaml:2: 不是正确的 YAML"}},
		{"a mistyped type", "form", "type: unit_name", "type: unitname", []string{"form.yaml:6: 不认识“unitname”。建议：改成“unit_name”。", "form.yaml:6: “unit.name”没有写类型。"}},
		{"a text where a number belongs", "item", "visits: 0", "visits: 零", []string{"item.yaml:13: 这里要写一个整数，现在是“零”。"}},
		{"a licence that is not named", "item", "visits: 0", "visits: 0\nlicence: {act: renew, field: unit.nmae}", []string{"对已有证照的办理没有写 kind。", "没有叫“unit.nmae”的字段。"}},
		{"what is not done to licences", "item", "visits: 0", "visits: 0\nlicence: {kind: [a, b], act: renewal, field: unit.name}", []string{"“renewal”", "没有写 act"}},
		{"a list where a text belongs", "item", "fee: 不收费", "fee: [不收费]", []string{"item.yaml:11: 这里要写文字，现在是清单。", "办事指南没有写收费"}},
		{"a text where a map belongs", "flow", "clock: {runs: [review], limit: 1 workday}", "clock: soon", []string{"flow.yaml:18: 这里要写成“键: 值”，现在是文字。", "办事指南承诺了时限，流程却没有计时"}},
		{"a limit without unit", "flow", "within: 48 hours", "within: 48h", []string{"flow.yaml:43: 时限写错了：“48h”。", "没有时限，不会到时候", "没有时限，不用提醒", "里的“deadline”有时是空的"}},
		{"a limit of millions of years", "flow", "within: 48 hours", "within: 99999999999 hours", []string{"flow.yaml:43: 时限太长：“99999999999 hours”。建议：最长 10 年，也就是 87600 hours。", "没有时限，不会到时候", "没有时限，不用提醒", "里的“deadline”有时是空的"}},
		{"no months", "item", "promised: 1 workday", "promised: 0 months", []string{"item.yaml:10: 时限写错了：“0 months”。", "没有写承诺办结时限"}},
		{"months of eleven years", "item", "promised: 1 workday", "promised: 121 months", []string{"item.yaml:10: 时限太长：“121 months”。建议：最长 10 年，也就是 120 months。", "没有写承诺办结时限"}},
		{"a promise of centuries", "item", "promised: 1 workday", "promised: 2501 workdays", []string{"item.yaml:10: 时限太长：“2501 workdays”。建议：最长 10 年，也就是 2500 workdays。", "没有写承诺办结时限"}},
		{"a number beyond all numbers", "form", "type: text, optional: true", "type: text, max: 99999999999999, optional: true", []string{"form.yaml:16: “99999999999999”太大了。"}},
		{"a day that does not exist", "item", "from: 2020-01-01, until", "from: 2020-02-30, until", []string{"item.yaml:8: 时间写错了：“2020-02-30”。"}},
		{"a flag that is neither", "flow", "edit: true", "edit: yes", []string{"flow.yaml:26: 这里只能写 true 或 false，现在是“yes”。"}},
		{"a night that is none", "flow", "quiet: [21, 8]", "quiet: [8, 21]", []string{"flow.yaml:45: 夜间的钟点不对。"}},
		{"a condition that cannot be read", "form", `when: role == "agent"` + "\n", `when: role = "agent"` + "\n", []string{"form.yaml:19: 条件写错了"}},
		{"a reference without anchor", "flow", "profile: registration", "profile: *p", []string{"flow.yaml:1: 引用 *p 前面没有对应的 &p。", "现在是空", "没有写流程的类型"}},
		{"a story with an unknown act", "examples/told", "rep submits", "rep sbmits", []string{"examples/told.yaml:6: 事项里没有“sbmits”这个动作。"}},
		{"a story that jumps by workdays", "examples/told", "- rep submits: {}", "- after: 1 workday", []string{"examples/told.yaml:6: 故事里只能按自然时间推进。"}},
		{"two things in a step", "examples/told", "- rep submits: {}", "- rep submits: {}\n    after: 1 day", []string{"examples/told.yaml:6: 一步只写一件事，这里写了 2 件。"}},
		{"answers that the form does not ask", "examples/full", "unit.name: 样例公司", "unit.nmae: 样例公司", []string{"examples/full.yaml:3: 表单里没有“unit.nmae”这一项。"}},

		// The form.
		{"a field twice", "form", "note: {label: 备注", "unit.name: {label: 备注", []string{"form.yaml:16: 字段“unit.name”写了两次。", "有时是空的", "有时是空的", "有时是空的"}},
		{"a page twice", "form", "page: rep", "page: who", []string{"form.yaml:9: 有两页都叫“who”。"}},
		{"two fields with one label", "form", "label: 乡镇", "label: 单位名称", []string{"form.yaml:8: 同一页有两个“单位名称”（unit.name 和 unit.town）。"}},
		{"a choice of nothing", "form", "type: choice, options: {rep: 本人, agent: 代理人}", "type: choice", []string{"form.yaml:5: “role”没有可选的项。", "永远", "永远", "永远", "永远", "没有办法走到阶段“signing”"}},
		{"options of a text", "form", "type: unit_name}", "type: unit_name, options: {a: 甲}}", []string{"form.yaml:6: 这个类型不能写选项。"}},
		{"an unknown kind of unit", "form", "[enterprise, branch]", "[enterprise, brnch]", []string{"form.yaml:7: 没有叫“brnch”的选项。建议：改成“branch”。"}},
		{"a condition about nothing", "form", `when: role == "agent"` + "\n", `when: rule == "agent"` + "\n", []string{"form.yaml:19: 条件里的“rule”不存在。建议：改成“role”。", "永远", "永远", "永远", "里的“agent”有时是空的"}},
		{"a condition about a later page", "form", "note: {label: 备注", "note: {label: 备注, when: agent.name != nil", []string{"form.yaml:16: “agent.name”在后面才问到。", "永远不会显示", "里的“agent”有时是空的"}},
		{"a condition of the flow in the form", "form", `when: role == "agent"` + "\n", "when: by_agent\n", []string{"form.yaml:19: 表单里不能用流程的条件“by_agent”。", "永远", "永远", "永远", "里的“agent”有时是空的"}},
		{"a value that is no option", "form", `when: role == "agent"` + "\n", `when: role == "agnt"` + "\n", []string{"form.yaml:19: 没有叫“agnt”的选项。建议：改成“agent”。", "永远", "永远", "永远", "里的“agent”有时是空的"}},
		{"a field never shown", "form", `when: role == "agent" && rep.id_type`, `when: role == "agent" && role == "rep" && rep.id_type`, []string{"form.yaml:28: “files.letter”永远不会显示。"}},
		{"a document type asked later", "form", "id_type: rep.id_type}", "id_type: agent.id_type}", []string{"form.yaml:14: 没有叫“agent.id_type”的字段。"}},
		{"a field to differ from that comes later", "form", "rep.mobile: {label: 手机号, type: mobile}", "rep.mobile: {label: 手机号, type: mobile, differs: agent.mobile}", []string{"form.yaml:15: “agent.mobile”在后面才问到。"}},
		{"a pattern that cannot be read", "form", `pattern: "[0-9]+"`, `pattern: "[0-9"`, []string{"form.yaml:16: 这个格式写错了"}},
		{"a default that is no day", "form", "default: today + 1 year", "default: next year", []string{"form.yaml:23: 默认日期写错了：“next year”。"}},
		{"a document that does not exist", "form", "download: letter", "download: leter", []string{"form.yaml:28: 没有叫“leter”的文件模板。建议：改成“letter”。"}},
		{"nothing to agree to", "form", ", text: 填写的内容真实。", "", []string{"form.yaml:29: “agree”没有要同意的内容。"}},
		{"a field nobody reads", "flow", "judge: [fields, files]", "judge: [files]", []string{
			"form.yaml:7: 问了“unit.kind”，可是没有人用。", "form.yaml:16: 问了“note”，可是没有人用。", "form.yaml:23: 问了“agent.until”，可是没有人用。"}},
		{"a judgement on which nothing depends", "flow", ", judged: true", "", []string{
			"form.yaml:7: 问了“unit.kind”", "form.yaml:16: 问了“note”", "form.yaml:23: 问了“agent.until”", "form.yaml:27: 问了“files.card”"}},
		{"a password that nobody uses", "form", "note: {label: 备注", "pass: {label: 密码, type: new_password}\n      note: {label: 备注", []string{"form.yaml:16: 问了“pass”，可是没有人用。建议：删去这个字段，或者写进办理结果的设定。"}},
		{"a paper asked for twice in the form", "form", "note: {label: 备注", "copy: {label: 证件（复印件）, type: file}\n      note: {label: 备注", []string{
			"form.yaml:16: 要上传“证件（复印件）”，办事指南的材料里却没有。", "form.yaml:28: “证件”和“证件（复印件）”像是同一份材料。"}},
		{"nobody knows the check", "form", "type: town}", "type: town, check: b.check}", []string{"form.yaml:8: 没有叫“b.check”的核查。建议：改成“a.check”。"}},

		{"a text compared with a number", "form", "note: {label: 备注", "note: {label: 备注, when: unit.name > 3", []string{"form.yaml:16: 条件永远算不出来：invalid operation: > (mismatched types string and int)", "没有试出会显示"}},
		{"a text where yes or no is wanted", "form", "note: {label: 备注", "note: {label: 备注, when: unit.name", []string{"form.yaml:16: 条件永远算不出来：expected bool, but got string", "永远不会显示"}},
		{"a wrong type in what makes a field optional", "form", "unit.town: {label: 乡镇", "unit.town: {optional_when: role > 3, label: 乡镇", []string{"form.yaml:8: 条件永远算不出来"}},

		// What can happen, and what cannot.
		{"several of some choices", "form", "note: {", "a: {label: 甲, type: choices, options: {x: 一, y: 二, z: 三}}\n      b: {label: 乙, type: text, when: len(a) > 1}\n      c: {label: 丙, type: text, when: '\"x\" in a && \"z\" in a && not (\"y\" in a)'}\n      note: {", nil},
		{"a number that must be large", "form", "note: {", "a: {label: 甲, type: number}\n      b: {label: 乙, type: text, when: a > 20000 && a != 20001}\n      c: {label: 丙, type: text, when: int(a) == 7}\n      note: {", nil},
		{"a number that cannot be so large", "form", "note: {", "a: {label: 甲, type: number, max: 50}\n      b: {label: 乙, type: text, when: a > 50}\n      note: {", []string{"form.yaml:17: “b”永远不会显示。"}},
		{"numbers that are added", "form", "note: {", "a: {label: 甲, type: number, max: 50}\n      b: {label: 乙, type: number, max: 50}\n      c: {label: 丙, type: text, when: a + b == 77}\n      note: {", []string{"form.yaml:18: 没有试出会显示“c”的情况。"}},
		{"one town of all", "form", "note: {", "a: {label: 甲, type: text, when: unit.town == \"341523106\"}\n      note: {", nil},
		{"a text of some length", "form", "note: {", "a: {label: 甲, type: text, when: len(unit.name) == 7}\n      note: {", nil},
		{"a date before another", "form", "note: {", "a: {label: 甲, type: date}\n      b: {label: 乙, type: text, when: a < \"2024-05-01\"}\n      c: {label: 丙, type: text, when: a == \"2024-05-01\"}\n      note: {", nil},
		{"a date before another answer", "form", "note: {", "a: {label: 甲, type: date}\n      b: {label: 乙, type: date}\n      c: {label: 丙, type: text, when: a < b}\n      d: {label: 丁, type: text, when: unit.name != note2}\n      note2: {label: 备注二, type: text, optional: true}\n      note: {", []string{"form.yaml:19: “note2”在后面才问到。"}},
		{"a sum of answers", "form", "note: {", "a: {label: 甲, type: number, max: 50}\n      b: {label: 乙, type: number, max: 50}\n      c: {label: 丙, type: text, when: a + b > 90}\n      d: {label: 丁, type: text, when: a > b}\n      note: {", nil},
		{"many questions, each with one that follows", "form", "note: {", many(13, true) + "note: {", nil},
		{"a field for those who say yes to everything", "form", "note: {", many(14, false) + "note: {", []string{"没有试出会显示“all”的情况。"}},
		{"a contradiction among many questions", "form", "note: {", many(13, true) + "z: {label: 末, type: text, when: q1 && !q1}\n      note: {", []string{"“z”永远不会显示。"}},
		{"an act in one of its stages", "flow", "label: 提交\n        past: 已提交", "label: 提交\n        past: 已提交\n        when: stage == \"draft\"", nil},
		{"a fact about how much changed", "flow", "len(changed) > 0", "len(changed) > 1", nil},
		{"a fact about what changed", "flow", "len(changed) > 0", "\"letter\" in changed && !(\"rep.name\" in changed)", nil},
		{"an option that is not always there", "form", "{rep: 本人, agent: 代理人}", "{rep: 本人, agent: {label: 代理人, when: false}}", []string{"永远", "永远", "永远", "永远", "没有办法走到阶段“signing”"}},

		// The flow.
		{"no such first stage", "flow", "start: draft", "start: draff", []string{"flow.yaml:21: 没有叫“draff”的阶段。建议：改成“draft”。", "没有办法走到", "没有办法走到", "没有办法走到", "没有办法走到", "没有办法走到"}},
		{"a stage nobody reaches", "flow", "  closed: {label", "  lost: {label: 丢失, by: clerk, acts: {close: {label: 结束, past: 已结束, to: closed}}}\n  closed: {label", []string{"flow.yaml:60: 没有办法走到阶段“lost”。"}},
		{"an act that never can be done", "flow", "label: 提交\n        past: 已提交", "label: 提交\n        past: 已提交\n        when: false", []string{
			"没有办法走到阶段“signing”", "没有办法走到阶段“review”", "没有办法走到阶段“done”"}},
		{"a stage nobody leaves", "flow", "discard: {label: 删除, past: 已删除, to: closed}", "discard: {label: 删除, past: 已删除, to: rest}\n  rest: {label: 歇着, by: clerk, acts: {look: {label: 看, past: 看了}}}", []string{"flow.yaml:39: 进了阶段“rest”就出不去。"}},
		{"a stage that only idling leaves", "flow", "discard: {label: 删除, past: 已删除, to: closed}", "discard: {label: 删除, past: 已删除, to: rest}\n  rest: {label: 歇着, by: clerk, idle: {after: 1 day, to: closed, label: 歇够了}}", []string{"flow.yaml:39: 进了阶段“rest”就出不去。"}},
		{"a way that never ends", "flow", "discard: {label: 删除, past: 已删除, to: closed}", "discard: {label: 删除, past: 已删除, to: one}\n  one: {label: 甲, by: clerk, acts: {go: {label: 去, past: 去了, to: two}}}\n  two: {label: 乙, by: clerk, acts: {go: {label: 去, past: 去了, to: one}}}", []string{"flow.yaml:39: 从阶段“one”永远走不到终点。", "flow.yaml:40: 从阶段“two”永远走不到终点。"}},
		{"an end nobody reaches", "flow", "to: done,", "to: draft,", []string{"flow.yaml:59: 没有办法走到阶段“done”。"}},
		{"an end with acts", "flow", "done: {label: 办结, end: success}", "done: {label: 办结, end: success, acts: {again: {label: 再来, past: 再来了, by: clerk}}}", []string{"flow.yaml:59: 阶段“done”已经结束，“acts”用不上。"}},
		{"no such stage to go to", "flow", "to: done,", "to: dome,", []string{"flow.yaml:57: 没有叫“dome”的阶段。建议：改成“done”。", "没有办法走到阶段“done”"}},
		{"routes that can fall through", "flow", "- {stage: review}", `- {when: role == "rep", stage: review}`, []string{"flow.yaml:35: “submit”在有的情况下哪里也去不了。建议：最后一条去向不写 when:。"}},
		{"a route after one without condition", "flow", "- {when: to_sign, stage: signing}\n          - {stage: review}", "- {stage: review}\n          - {when: to_sign, stage: signing}", []string{"flow.yaml:36: 后面的去向永远走不到。", "没有办法走到阶段“signing”"}},
		{"nobody acts", "flow", "label: 审核中\n    by: clerk", "label: 审核中", []string{"flow.yaml:50: 阶段“review”没有写由谁办。", "没有人能做“approve”", "没有人能做“return”"}},
		{"a role nobody holds", "flow", "label: 审核中\n    by: clerk", "label: 审核中\n    by: clark", []string{"flow.yaml:52: 没有叫“clark”的岗位。建议：改成“clerk”。"}},
		{"an unknown effect", "flow", "enter: [an.effect]", "enter: [an.efect]", []string{"flow.yaml:46: 没有叫“an.efect”的办理结果。建议：改成“an.effect”。"}},
		{"a setting the effect does not know", "flow", "{kind: sample}", "{kind: sample, numbr: sample}", []string{"flow.yaml:57: 不认识“numbr”。建议：改成“number”。"}},
		{"a number that the flow does not have", "flow", "{kind: sample}", "{number: sampel}", []string{"flow.yaml:57: 没有叫“sampel”的编号。建议：改成“sample”。"}},
		{"a document to issue that does not exist", "flow", "{kind: sample}", "{document: leter}", []string{"flow.yaml:57: 没有叫“leter”的文件模板。建议：改成“letter”。"}},
		{"a public field that does not exist", "flow", "{kind: sample}", "{public: unit.name unit.knd}", []string{"flow.yaml:57: 没有叫“unit.knd”的字段。建议：改成“unit.kind”。"}},
		{"a field of another type than the effect needs", "flow", "{kind: sample}", "{password: note}", []string{"flow.yaml:57: 没有叫“note”的字段。"}},
		{"a group of fields that does not exist", "flow", "{kind: sample}", "{unit: unti}", []string{"flow.yaml:57: 没有叫“unti”的字段组。建议：改成“unit”。"}},
		{"a group that lacks what the effect needs", "flow", "{kind: sample}", "{unit: unit}", []string{
			"flow.yaml:57: “an.effect”要用到字段“unit.uscc”，表单里没有。", "flow.yaml:57: “an.effect”用到的字段“unit.kind”，类型要是 text。"}},
		{"settings of an effect that takes none", "flow", "{an.effect: {kind: sample}}", "{a.bare.effect: {kind: sample}}", []string{"flow.yaml:57: “a.bare.effect”没有可以设定的内容。"}},
		{"a setting that is needed", "flow", "{an.effect: {kind: sample}}", "a.needy.effect", []string{"flow.yaml:57: “a.needy.effect”没有写 kind。建议：写 kind:。"}},
		{"an unknown check", "flow", "checks: [a.check]", "checks: [other]", []string{"flow.yaml:33: 没有叫“other”的核查。建议：这里可以写：a.check、holding。"}},
		{"a check without the settings it needs", "flow", "checks: [a.check]", "checks: [holding]", []string{"flow.yaml:33: “holding”没有写 field。建议：写 field:。"}},
		{"a check of the flow", "flow", "\nstart:", "\nchecks: {own: {holding: {field: unit.town, text: sequense, how: never}}, a.check: {a.check: {}}, two: {othr: {}}}\nstart:", []string{"条件里的“sequense”不存在。建议：改成“sequence”。", "不认识“never”。建议：这里可以写：warn、refuse。", "“a.check”已经有别的意思。", "没有叫“othr”的核查。"}},
		{"an unknown proof", "flow", "face|counter", "fase|counter", []string{"flow.yaml:49: 没有叫“fase”的身份核验方式。建议：改成“face”。"}},
		{"an act of the house's own", "flow", "discard: {label: 删除", "save: {label: 删除", []string{"flow.yaml:38: “save”是系统自己的动作。"}},
		{"a fact about nothing", "flow", `by_agent: role == "agent"`, `by_agent: rolle == "agent"`, []string{"flow.yaml:13: 条件里的“rolle”不存在。建议：改成“role”。", "没有办法走到阶段“signing”"}},
		{"a fact used before it is told", "flow", `by_agent: role == "agent"`, `by_agent: role == "agent" && !to_sign`, []string{"flow.yaml:13: 条件里的“to_sign”不存在。", "没有办法走到阶段“signing”"}},
		{"a fact with the name of a field", "flow", "to_sign: by_agent", "role: by_agent\n  to_sign: by_agent", []string{"flow.yaml:14: “role”已经有别的意思。"}},
		{"a protected fact that is no field", "flow", "rep.name: 姓名", "rep.nam: 姓名", []string{"flow.yaml:16: 没有叫“rep.nam”的字段。建议：改成“rep.name”。"}},
		{"a protected document that does not exist", "flow", "document: letter,", "document: paper,", []string{"flow.yaml:17: 没有叫“paper”的文件模板。"}},
		{"a signature without a document", "flow", "    signs: letter\n", "", []string{"flow.yaml:48: 这个阶段没有要签的文件。", "里的“url”有时是空的"}},
		{"a document that nobody signs", "flow", ", letter: true", "", []string{"flow.yaml:42: 阶段“signing”要签文件，却没有签名的动作。"}},
		{"a judgement of nothing", "flow", "    judge: [fields, files]\n", "", []string{"问了“unit.kind”", "问了“note”", "问了“agent.until”", "问了“files.card”", "flow.yaml:56: 这个阶段没有要核对的内容。"}},
		{"an address that words touch", "messages", "前点击 ${url} 签名", "前点击${url}签名", []string{"短信“sign”里的网址 ${url} 挨着文字", "没有英文", "已经没有了"}},
		{"reasons that nobody uses", "flow", "reason: review, required: true, to: draft", "to: draft", []string{"flow.yaml:64: 原因清单“review”没有动作在用。", "里的“reason”有时是空的"}},
		{"a reason about no field", "flow", "fields: [files.card]", "fields: [files.crad]", []string{"flow.yaml:65: 没有叫“files.crad”的字段。建议：改成“files.card”。"}},
		{"an applicant only sometimes", "flow", "  - {party: rep}\n", "  - {when: not by_agent, party: rep}\n", []string{"flow.yaml:8: 有的情况下没有申请人。"}},
		{"no such unit", "flow", "signer: rep", "unit: [{when: signed, to: fodo}, {to: county}]\nsigner: rep", []string{"没有叫“fodo”的单位。建议：改成“food”。"}},
		{"a unit behind one that takes all", "flow", "signer: rep", "unit: [{to: food}, {to: county}]\nsigner: rep", []string{"后面的单位收不到件。"}},
		{"a unit with a question nobody asks", "flow", "signer: rep", "unit: [{when: canteen, to: food}]\nsigner: rep", []string{"canteen"}},
		{"no such party", "flow", "signer: rep", "signer: reb", []string{"flow.yaml:11: 没有叫“reb”的当事人。建议：改成“rep”。", "没有这个人的手机号", "没有这个人的手机号"}},
		{"an act of the house from an end", "flow", "from: [draft]", "from: [draft, done]", []string{"flow.yaml:62: 阶段“done”已经结束，不会再有动作。"}},

		// Limits.
		{"a stage longer than the case", "flow", "within: 2 hours", "within: 25 hours", []string{"flow.yaml:53: 阶段“review”的时限比整件的时限还长。", "加起来"}},
		{"a clock longer than the promise", "flow", "limit: 1 workday", "limit: 2 workdays", []string{"flow.yaml:18: 流程的时限比办事指南承诺的还长。"}},
		{"a promise longer than the law", "item", "promised: 1 workday", "promised: 6 workdays", []string{"flow.yaml:18: 流程的时限和办事指南承诺的不一样。", "item.yaml:10: 承诺的时限比法定时限还长。"}},
		{"an instant item with a long promise", "item", "handling: 承诺件", "handling: 即办件\npromised: 3 days", []string{"“promised”写了两次", "流程的时限和", "item.yaml:5: 即办件当天办结，承诺的时限太长。"}},
		{"a reminder before the start", "flow", "before: 24 hours", "before: 2 days", []string{"flow.yaml:45: 提醒的时间在开始之前。"}},
		{"a limit after which nothing happens", "flow", "    lapse: {to: draft, label: 退回}\n", "    held: true\n", []string{"flow.yaml:53: 到了时限什么也不会发生。"}},
		{"a reminder that only a calendar could count", "flow", "before: 24 hours", "before: 1 halfday", []string{"flow.yaml:45: “before”只能按自然时间算。"}},
		{"months that may be longer than the law's days", "item", "promised: 1 workday", "promised: 1 month", []string{"flow.yaml:18: 流程的时限和办事指南承诺的不一样。", "item.yaml:10: 承诺的时限比法定时限还长。"}},
		{"no word about the law", "item", "statutory: 5 workdays\n", "", []string{"没有写法定办结时限"}},

		// Messages.
		{"a variable that is not told", "messages", `vars: {unit: "short(unit.name, 20)"}}` + "\napproved", "vars: {}}\napproved", []string{"messages.yaml:5: 短信“late”里的 ${unit} 没有说明是什么。建议：在 vars: 里加上 unit。"}},
		{"a variable that is not used", "messages", "text: \"${unit}没有签名。\"", "text: 没有签名。", []string{"messages.yaml:5: 短信“late”里没有用到“unit”。"}},
		{"a variable that may be empty", "messages", `vars: {unit: "short(unit.name, 20)"}}` + "\napproved", "vars: {unit: note}}\napproved", []string{"messages.yaml:5: 短信“late”里的“unit”有时是空的。"}},
		{"an agent's name where there is no agent", "messages", `"${unit}已退回：${reason}。", vars: {unit: "short(unit.name, 20)"`, `"${unit}已退回：${reason}。", vars: {unit: mask(agent.name)`, []string{"messages.yaml:7: 短信“returned”里的“unit”有时是空的。"}},
		{"a message about nothing", "messages", "url: sign_url", "url: sign_ulr", []string{"messages.yaml:4: 条件里的“sign_ulr”不存在。建议：改成“sign_url”。", "里的“url”有时是空的"}},
		{"a message that is too long", "messages", "text: ${agent}请您", "text: ${agent}" + strings.Repeat("很长很长", 40) + "请您", []string{"messages.yaml:3: 短信“sign”最长 227 个字，要按 4 条计费。"}},
		{"a message never sent", "flow", ", tell: [{message: late, to: agent}]", "", []string{"messages.yaml:5: 短信“late”没有地方在发。"}},
		{"a message to nobody", "flow", "{message: late, to: agent}", "{message: late, to: agnet}", []string{"flow.yaml:44: 没有叫“agnet”的收件人。建议：改成“agent”。", "没有这个人的手机号"}},
		{"a message to somebody who is not always there", "flow", "{message: approved, to: applicant}", "{message: approved, to: agent}", []string{"flow.yaml:57: 短信“approved”在有的情况下没有收件人“agent”。"}},
		{"a signature in a message", "messages", "text: \"${unit}没有签名。\"", "text: \"【样例】${unit}没有签名。\"", []string{"messages.yaml:5: 签名【…】由系统加上，不用写。"}},
		{"one id for two messages", "messages", "id: S2", "id: S1", []string{"messages.yaml:2: 短信“late”和“sign”的编号都是 S1。"}},
		{"no such message", "flow", "{message: late, to: agent}", "{message: lat, to: agent}", []string{"flow.yaml:44: 没有叫“lat”的短信。建议：改成“late”。", "没有地方在发"}},

		// Documents.
		{"a document about nothing", "documents/letter", "{{agent.name}}", "{{agent.nmae}}", []string{"documents/letter.yaml:3: 文件里的 {{agent.nmae}} 不存在。建议：改成 {{agent.name}}。"}},
		{"a condition in a document about nothing", "documents/letter", "lines:", "blocks: [{text: 一, when: agent.nmae != nil}]\nlines:", []string{"documents/letter.yaml:2: 条件里的“agent.nmae”不存在。建议：改成“agent.name”。"}},
		{"a condition in a document that cannot be worked out", "documents/letter", "lines:", "blocks: [{text: 一, when: agent.name > 3}]\nlines:", []string{"documents/letter.yaml:2: 条件永远算不出来"}},
		{"a value in a document that cannot be worked out", "documents/letter", "{{agent.name}}", "{{agent.name + 1}}", []string{"documents/letter.yaml:3: 条件永远算不出来"}},
		{"an option in a document that there is not", "documents/letter", "lines:", "blocks: [{text: 一, when: role == \"agnt\"}]\nlines:", []string{"documents/letter.yaml:2: 没有叫“agnt”的选项。建议：改成“agent”。"}},

		// Examples.
		{"no example", "examples/told", "story: 本人提交，审核通过\ncovers: [R-061]\nat: 2020-09-04 09:00\nsteps:", "answers: {role: rep}\nsteps:", []string{"不认识“steps”", "items/sample/examples: 没有办理例子。"}},

		// The guide.
		{"a material asked twice", "item", "name: 委托书,", "name: 证件,", []string{"item.yaml:16: 材料“证件”要了两次。"}},
		{"a material asked twice by other words", "item", "name: 委托书,", "name: 证件副本（彩色扫描件）,", []string{"item.yaml:16: “证件副本（彩色扫描件）”和“证件”像是同一份材料。"}},
		{"two materials through one field", "item", "field: files.letter", "field: files.card", []string{"form.yaml:28: 要上传“委托书”，办事指南的材料里却没有。", "item.yaml:16: 两份材料都从“files.card”上传。"}},
		{"a material without field", "item", "field: files.letter", "field: files.lettre", []string{"form.yaml:28: 要上传", "item.yaml:16: 没有叫“files.lettre”的字段。建议：改成“files.letter”。"}},
		{"a material that the administration holds", "item", "source: 政府部门核发", "source: 数据共享", []string{"item.yaml:15: “证件”能由部门共享，还要申请人上传。"}},
		{"a visit although all is online", "item", "visits: 0", "visits: 1", []string{"item.yaml:13: 全程网办的事项，到现场次数是 0。"}},
		{"paper although all is online", "item", "form: 电子或纸质", "form: 纸质", []string{"item.yaml:16: 全程网办的事项，材料“委托书”不能只收纸的。"}},
		{"a result to be fetched", "item", "delivery: 邮寄", "delivery: 窗口领取", []string{"item.yaml:18: 全程网办的事项，结果要能送到手里。"}},
		{"a basis that ends before it begins", "item", "until: 2021-12-31", "until: 2019-12-31", []string{"item.yaml:8: 依据失效在生效之前。"}},

		{"a material that is not uploaded used again", "item", "field: files.letter, ", "again: true, ", []string{"form.yaml:28: 要上传", "item.yaml:16: 材料“委托书”不上传，也就不能再次使用。"}},
		{"an end that is no day", "item", "field: files.letter, ", "field: files.letter, ends: unit.name, ", []string{"item.yaml:16:"}},

		// How people find it.
		{"no theme", "item", "themes: [测试]\n", "", []string{"item.yaml: 事项没有归入主题，按主题找不到它。"}},
		{"a theme twice", "item", "themes: [测试]", "themes: [测试, 测试]", []string{"item.yaml:20: “测试”写了两次。"}},
		{"a keyword of the title", "item", "themes: [测试]", "themes: [测试]\nkeywords: [样例, 例子]", []string{"item.yaml:21: 名称里已经有“样例”。"}},
		{"an empty event", "item", "themes: [测试]", "themes: [测试]\nevents: [\"\"]", []string{"item.yaml:21: events 里有一个空的词。"}},

		// Texts.
		{"no English", "en", "草稿: ", "草图: ", []string{"en.yaml:", "flow.yaml:24: “草稿”没有英文。"}},
		{"other variables in English", "en", "没有签名。: Text", "没有签名。: ${name} Text", []string{"的英文里变量不一样"}},
		{"half-width punctuation", "item", "summary: 给测试用的事项。", "summary: 给测试用的,事项。", []string{"item.yaml:2: “给测试用的,事项。”里用了半角标点（的,）。"}},
		{"two words for one thing", "item", "summary: 给测试用的事项。", "summary: 给法人代表用的事项。", []string{"item.yaml:2: 这里写“法人代表”，别处写“法定代表人”，是一回事。建议：统一写“法定代表人”。"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := sampleFiles(t)
			name := "sample/" + c.file + ".yaml"
			source := string(files[name].Data)
			if strings.Count(source, c.old) != 1 {
				t.Fatalf("%q is %d times in %s", c.old, strings.Count(source, c.old), name)
			}
			files[name] = &fstest.MapFile{Data: []byte(strings.Replace(source, c.old, c.new, 1))}
			var got []string
			for _, p := range problemsOf(files) {
				if strings.Contains(p.String(), "英文") || strings.Contains(p.String(), "en.yaml") {
					if !strings.Contains(strings.Join(c.want, ""), "英文") {
						continue
					}
				}
				got = append(got, p.String())
			}
			if len(got) != len(c.want) {
				t.Errorf("%d problems, want %d", len(got), len(c.want))
			}
			for _, want := range c.want {
				if !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, want) }) {
					t.Errorf("not reported: %s", want)
				}
			}
			if t.Failed() {
				t.Log("reported:\n" + strings.Join(got, "\n"))
			}
		})
	}
}
