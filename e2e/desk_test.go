package e2e

import "testing"

// An officer ticks a page of the queue with one box, and unticks it. Codes,
// numbers and dates among the answers keep to one line, wherever the line is
// long enough, and never run out of it.
func TestQueueAndAnswers(t *testing.T) {
	once(t, sqliteDesktop, func(t *testing.T, s *stage, _ window) {
		const chain = "舒城县香满餐饮管理有限公司"
		manager := s.visitor(t, "manager", desktop)
		manager.begin("food-complete").submit("提交备案").sees("待核对")
		manager.begin("rep-complete").submit("提交申请").sees("待审核")
		manager.begin("chain").submit("提交申请").sees("待受理")

		officer := s.officer(t, "chenyan", window{"small desktop", 1280, 900, false}).open("/desk").misses("全不选")
		boxes := func(want string) {
			t.Helper()
			officer.do("see the boxes "+want, `
				const cases = [...document.querySelectorAll("input[name=case]")], all = document.querySelector("input[data-wb-all]");
				const is = cases.map(e => +e.checked).join("") + (all.indeterminate ? " some" : all.checked ? " all" : " none");
				return is === `+quote(want)+` ? "" : is;`)
		}
		boxes("00 none")
		officer.choose("全选本页")
		boxes("11 all")
		officer.do("untick one", `document.querySelector("input[name=case]").click(); return "";`)
		boxes("01 some")
		officer.choose("全选本页")
		boxes("11 all")
		officer.press("开始").sees("办成 2 件")

		officer.open("/desk").press(chain).press("显示完整号码").sees("91341523TXT001LL2G")
		const whole = `
			const lines = e => { const r = document.createRange(); r.selectNodeContents(e); return new Set([...r.getClientRects()].map(r => Math.round(r.top))).size; };
			const all = [...document.querySelectorAll(".wb-whole"), ...[...document.querySelectorAll(".wb-compare td")].filter(e => /^[0-9A-Z]{18}$/.test(words(e.innerText)))];
			if (all.length < 4) return "there are only " + all.length;
			return all.filter(e => lines(e) !== 1).map(e => e.innerText).join(", ");`
		officer.do("see codes whole on a desktop", whole)
		officer = s.officer(t, "sunli", narrow).open("/desk").press(chain).press("显示完整号码")
		officer.do("see codes whole on a phone", whole)
		officer.shown("特大").look()
	})
}
