package item_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"wangban/internal/item"
)

var actsHouse = item.Options{Roles: []string{"clerk", "reviewer", "leader"}, Proofs: []string{"sms"}, Effects: map[string]item.EffectCheck{}}

// acts are the files of the item that uses every act of staff.
func acts(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	source := os.DirFS("testdata/items")
	err := fs.WalkDir(source, "acts", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(source, p)
		out[p] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// actsProblems leaves out that the item is not translated.
func actsProblems(files fstest.MapFS) (out []item.Problem) {
	it, problems := item.Read(files, "acts")
	for _, p := range append(problems, item.Check(it, actsHouse)...) {
		if p.Text != "“%s”没有英文。" {
			out = append(out, p)
		}
	}
	return out
}

func TestActsAreRight(t *testing.T) {
	for _, p := range actsProblems(acts(t)) {
		t.Error(p)
	}
}

// A text that asks whether there are documents can be sent without.
func TestPapersAskedFor(t *testing.T) {
	for name, change := range map[string][2]string{
		"in the flow":    {"{message: correct, to: applicant}", `{message: correct, to: applicant, when: papers != ""}`},
		"in the message": {"papers: papers", `papers: 'papers == "" ? "通知" : papers'`},
	} {
		t.Run(name, func(t *testing.T) {
			files := acts(t)
			for _, c := range [][2]string{change, {"        papers: [correction]\n", ""}} {
				for _, at := range []string{"acts/flow.yaml", "acts/messages.yaml"} {
					files[at] = &fstest.MapFile{Data: []byte(strings.Replace(string(files[at].Data), c[0], c[1], 1))}
				}
			}
			for _, p := range actsProblems(files) {
				if strings.Contains(p.Text, "文书") || strings.Contains(p.Text, "有时是空的") {
					t.Error(p)
				}
			}
		})
	}
}

// What is wrong with acts, sheets and what they need is told with the line on
// which it stands, in both languages.
func TestActsSpoilt(t *testing.T) {
	en := item.InEnglish()
	for _, c := range []struct{ file, old, new, want, english string }{
		// Who acts, and which names there are.
		{"flow.yaml", "by: [leader], does: transfer", "by: [applicant], does: transfer", "flow.yaml:96: “transfer”由工作人员办。", "is done by staff. "},
		{"flow.yaml", "by: [consulted], does: answer", "by: [reviewer], does: answer", "flow.yaml:98: “answer”由被征求意见的单位办。", "is done by the unit that is asked."},
		{"flow.yaml", "by: [consulted], does: answer", "by: [consultd], does: answer", "flow.yaml:98: 没有叫“consultd”的岗位。建议：改成“consulted”。", "consulted"},
		{"flow.yaml", "does: recall", "does: recal", "flow.yaml:99: 不认识“recal”。建议：改成“recall”。", "recall"},
		{"flow.yaml", "check_again: {", "draft: {", "flow.yaml:61: “draft”是系统自己的动作。", ""},
		{"flow.yaml", "check_again: {", "remind_unit: {", "flow.yaml:61: “remind_unit”是系统自己的动作。", ""},
		{"flow.yaml", "&examined [waiting,", "&examined [waitng,", "flow.yaml:96: 没有叫“waitng”的阶段。建议：改成“waiting”。", "waiting"},
		{"flow.yaml", "&examined [waiting,", "&examined [done, waiting,", "flow.yaml:96: 阶段“done”已经结束，不会再有动作。", "nothing happens after it"},
		{"flow.yaml", "by: [applicant], from: *examined, to: closed", "by: [applicant], to: closed", "flow.yaml:105: 没有写在哪些阶段可以“withdraw”。", "The stages in which"},
		{"flow.yaml", "differs: [propose], reason", "differs: [proposed], reason", "flow.yaml:87: 没有叫“proposed”的动作。建议：改成“propose”。", "act"},
		{"flow.yaml", "differs: [propose], reason", "differs: [submit], reason", "flow.yaml:87: “submit”不是工作人员办的，不用另一个人。", "nobody else is needed"},
		{"flow.yaml", "papers: [refusal]", "papers: [refusl]", "flow.yaml:87: 没有叫“refusl”的文件模板。建议：改成“refusal”。", "refusal"},
		{"flow.yaml", "backdate: true, papers: [acceptance]", "backdate: true, papers: [acceptanc]", "flow.yaml:24: 没有叫“acceptanc”的文件模板。", "acceptance"},
		{"flow.yaml", "times: 2}", "times: 2, officers: 2}", "flow.yaml:61: 只有 does: appoint 的动作才能写 officers。", "Only acts with does: appoint can have officers."},
		{"flow.yaml", "does: recall,", "does: recall, reason: refusal,", "flow.yaml:99: “recall”的理由用文字写，用不上原因清单。", "is written in words"},

		// Documents that texts name.
		{"flow.yaml", "        papers: [correction]\n", "", "flow.yaml:35: 短信“correct”说到文书（${papers}），这里却不制作文书。建议：在同一个动作里写 papers:，或者发另一条短信。", "and none is made here"},
		{"flow.yaml", "&& !paused", `&& !paused && papers == ""`, "flow.yaml:66: “papers”是短信说到的文书，这里没有。", "what messages call the documents"},
		{"documents/refusal.yaml", "{{onsite.problem}}", "{{onsite.problem}}{{papers}}", "documents/refusal.yaml:3: “papers”是短信说到的文书，这里没有。", ""},

		// What belongs together.
		{"flow.yaml", "within: 5 workdays, remind", "remind", "flow.yaml:97: 没有写对方多久答复。", "How long the other unit has"},
		{"flow.yaml", "remind: 1 workday", "remind: 5 workdays", "flow.yaml:97: 催办的时间算不出来，或者在开始之前。", "When to remind"},
		{"flow.yaml", "remind: 1 workday", "remind: 2 halfdays", "flow.yaml:97: 催办的时间算不出来，或者在开始之前。", "When to remind"},
		{"flow.yaml", "does: answer, from: *examined", "does: answer, from: [examination]", "flow.yaml:97: 征求了意见，在阶段“waiting”却没有办法答复。", "it cannot be given"},
		{"flow.yaml", "does: consult, within: 5 workdays, remind: 1 workday,", "", "flow.yaml:98: 没有动作征求意见，“answer”用不上。", "No act asks for an opinion"},
		{"flow.yaml", "officers: 2", "officers: 1", "flow.yaml:100: 现场核查要两名以上工作人员（行政许可法第三十四条）。", "Two officers or more"},
		{"flow.yaml", "does: visit, sheet: onsite,", "", "flow.yaml:100: 预约了核查，却没有动作登记结果。", "no act says what came of it"},
		{"flow.yaml", "does: appoint, officers: 2,", "", "flow.yaml:101: 没有动作预约核查，“visit”办不成。", "cannot be done"},
		{"flow.yaml", "does: visit, sheet: onsite,", "does: visit,", "flow.yaml:101: “visit”没有记录核查结果的表。", "has no sheet for the result"},
		{"flow.yaml", "does: resume, from: *examined", "does: resume, from: [examination]", "flow.yaml:102: 暂停了计时，在阶段“waiting”却没有办法恢复。", "cannot be resumed"},
		{"flow.yaml", "does: pause, reason: procedure, required: true,", "", "flow.yaml:103: 没有动作暂停计时，“resume”用不上。", "No act pauses the limit"},
		{"flow.yaml", "reason: procedure, required: true,", "", "flow.yaml:102: “pause”要写明原因。", "needs a reason"},
		{"flow.yaml", "extends: 10 workdays,", "", "flow.yaml:104: 没有写延长多久。", "By how much"},
		{"flow.yaml", "extends: 10 workdays,", "extends: 10 days,", "flow.yaml:104: 延长的单位和时限的单位不一样，加不上去。", "another unit than the limit"},
		{"flow.yaml", "clock: {runs: [waiting, examination, decision, refusal], limit: 10 workdays}", "", "flow.yaml:104: 这个事项没有计时，“extend”用不上。", "has no limit that runs"},
		{"flow.yaml", "decision, refusal], limit", "decision], limit", "flow.yaml:104: 阶段“refusal”不计时，“extend”用不上。", "No limit runs in stage “refusal”"},
		{"flow.yaml", "runs: [waiting, examination", "runs: [received, waiting, examination", "flow.yaml:24: 从这里不会开始计时，backdate: 用不上。", "No limit begins to run"},
		{"flow.yaml", "    to: correcting\n", "    to: draft\n", "flow.yaml:34: 要求补正以后，申请人没有地方改。", ""},
		{"flow.yaml", "        does: correct\n", "", "flow.yaml:40: 没有动作要求补正，阶段“correcting”里没有内容可以改。", "nothing can be changed"},
		{"flow.yaml", "        required: true\n        to: correcting", "        to: correcting", "flow.yaml:28: “correct”要写明原因。", "needs a reason"},
		{"flow.yaml", "        does: correct\n", "        does: correct\n        times: 2\n", "flow.yaml:32: 补正只能告知一次，要改的一次说全（行政许可法第三十二条）。", "told once and completely"},
		{"flow.yaml", "back: &back {label: 退回审查, past: 已退回审查, to: waiting}", "back: &back {label: 退回审查, past: 已退回审查, to: draft}", "flow.yaml:82: “back”让申请人再改申请，却不算补正告知", "is no correction and can be done again and again"},
		{"flow.yaml", "profile: licence", "profile: registration", "flow.yaml:31: 登记类的补正是退回后重新提交，不在原件上补。", "returns the application"},
		{"flow.yaml", "    held: true\n", "", "flow.yaml:50: 阶段“examination”谁都能办，分派给一个人没有用。", "changes nothing"},

		// Sheets.
		{"flow.yaml", "sheet: opinion", "sheet: opinio", "flow.yaml:65: 没有叫“opinio”的工作人员填的表。建议：改成“opinion”。", "sheet"},
		{"flow.yaml", "sheet: onsite,", "sheet: opinion,", "sheets/onsite.yaml: 表“onsite”没有动作在用。", "No act uses the sheet"},
		{"sheets/onsite.yaml", "title: 现场核查记录\n", "", "sheets/onsite.yaml: 这张表没有标题。", "has no title"},
		{"sheets/onsite.yaml", "onsite.photos:", "site.area:", "sheets/onsite.yaml:5: “site.area”在表单里已经有了。", "The form has"},
		{"sheets/onsite.yaml", "onsite.photos:", "opinion.text:", "“opinion.text”在表“onsite”里已经有了。", "is in the sheet"},
		{"sheets/onsite.yaml", "onsite.photos:", "consults.open:", "sheets/onsite.yaml:5: “consults.open”的名字不合适，或者已经有别的意思。", "does not fit"},
		{"sheets/onsite.yaml", "onsite.photos: {label: 现场照片, type: file, many: 3}", "onsite.word: {label: 密码, type: new_password}", "sheets/onsite.yaml:5: 工作人员填的表里用不上“onsite.word”这样的内容。", "is of no use in a sheet"},
		{"sheets/onsite.yaml", `onsite.result == "fail"`, `onsite.photos != nil`, "sheets/onsite.yaml:4: “onsite.photos”在后面才问到。", ""},
		{"sheets/onsite.yaml", `onsite.result == "fail"`, `onsite.result == "failed"`, "sheets/onsite.yaml:4: 没有叫“failed”的选项。建议：改成“fail”。", ""},
		{"sheets/onsite.yaml", `onsite.result == "fail"`, `site.area == 3`, "sheets/onsite.yaml:4: 条件里的“site.area”不存在。", ""},
		{"sheets/onsite.yaml", "many: 3", "mony: 3", "sheets/onsite.yaml:5: 不认识“mony”。", ""},

		// Conditions.
		{"flow.yaml", "consults.open == 0", "consults.opne == 0", "flow.yaml:66: 条件里的“consults.opne”不存在。建议：改成“consults.open”。", ""},
		{"flow.yaml", "!paused", "!pausd", "flow.yaml:66: 条件里的“pausd”不存在。建议：改成“paused”。", ""},
		{"flow.yaml", "done.visit > 0", "done.visits > 0", "flow.yaml:79: 条件里的“done.visits”不存在。建议：改成“done.visit”。", ""},
		{"flow.yaml", "done.visit > 0", `done.visit == "yes"`, "flow.yaml:79: 条件永远算不出来", ""},
		{"flow.yaml", `onsite.result == "pass"`, `onsite.reslt == "pass"`, "flow.yaml:79: 条件里的“onsite.reslt”不存在。建议：改成“onsite.result”。", ""},
		{"flow.yaml", `onsite.result == "pass"`, `onsite.result == "passed"`, "flow.yaml:79: 没有叫“passed”的选项。建议：改成“pass”。", ""},
		{"documents/refusal.yaml", "{{onsite.problem}}", "{{onsite.problm}}", "documents/refusal.yaml:3: 文件里的 {{onsite.problm}} 不存在。建议：改成 {{onsite.problem}}。", ""},
	} {
		t.Run(c.want, func(t *testing.T) {
			files := acts(t)
			at := "acts/" + c.file
			source := string(files[at].Data)
			if strings.Count(source, c.old) != 1 {
				t.Fatalf("%q is %d times in %s", c.old, strings.Count(source, c.old), c.file)
			}
			files[at] = &fstest.MapFile{Data: []byte(strings.Replace(source, c.old, c.new, 1))}
			var all []string
			for _, p := range actsProblems(files) {
				all = append(all, p.String())
				if english := p.Say(en); strings.Contains(p.String(), c.want) && strings.Contains(english, c.english) {
					return
				}
			}
			t.Errorf("%q is not told with its English (%q), but\n%s", c.want, c.english, strings.Join(all, "\n"))
		})
	}
}
