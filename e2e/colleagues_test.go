package e2e

import "testing"

// An officer is away: a colleague stands in and concludes one of his cases, on
// record as acting for him. The head of the station, who sees its cases and no
// others, hands the other one over; a colleague of another station cannot have
// it.
//
func TestAbsenceAndHandingOver(t *testing.T) {
	once(t, sqliteDesktop, func(t *testing.T, s *stage, w window) {
		const second = "舒城县城关镇新街面馆"
		owner := s.visitor(t, "owner", w).begin("rep-complete").submit("提交申请").sees(personalUnit)
		owner.begin("rep-complete").submit("提交申请").sees(second)
		owner.begin("lifts").submit("提交申请").sees(agentUnit)

		officer := s.staff(t, "chenyan").open("/desk").choose("勾选 " + second).ticks("some").choose("勾选本页全部").ticks("all")
		officer.press("开始审核").sees("办成 2 件，没有办 0 件")
		officer.open("/desk/absence").press("登记请假").sees("写明第一天和最后一天")
		officer.fill("第一天", "2026-11-24").fill("最后一天", "2026-11-23").fill("谁代办", "刘敏 · 行政审批股").press("登记请假").holds("第一天", "2026-11-24")
		officer.fill("最后一天", "2026-11-25").press("登记请假").sees("陈䶮 由 刘敏 代办", "2026年11月24日 至 2026年11月25日")

		deputy := s.staff(t, "liumin").open("/desk").sees("我代 陈䶮").press(personalUnit).sees("承办人是陈䶮，正在请假")
		deputy.judgeRight().press("审核通过").sees("审核通过", "刘敏（行政审批股）代陈䶮")

		head := s.staff(t, "luqing").open("/desk").sees(second).misses(agentUnit)
		head.open("/desk/all").sees(personalUnit).misses(agentUnit)
		head.open("/desk/absence").sees("陈䶮 由 刘敏 代办").fill("谁移交", "陈䶮 · 城关市场监管所").fill("交给谁", "赵杭 · 杭埠市场监管所").press("全部移交").sees("已移交 0 件", "“赵杭”不负责这个单位的事")
		head.fill("谁移交", "陈䶮 · 城关市场监管所").fill("交给谁", "刘敏 · 行政审批股").press("全部移交").sees("已移交 1 件给刘敏")
		head.press("结束", "由 刘敏 代办").misses("由 刘敏 代办")

		deputy.open("/desk").sees(second).misses("我代 陈䶮").press(second).sees("移交", "卢青").judgeRight().press("审核通过").sees("审核通过")
		officer.open("/desk/absence").misses("由 刘敏 代办")
	})
}

// A question to another unit is taken back, the head extends the limit, once,
// with a document and in the reckoning of the due date; then the case goes to
// another unit.
//
func TestExtensionRecallAndTransfer(t *testing.T) {
	once(t, postgresSmall, func(t *testing.T, s *stage, w window) {
		const unit, mobile = "舒城县香满餐饮管理有限公司", "17712345679"
		manager := s.visitor(t, "manager", w).begin("chain").submit("提交申请").sees("待受理")
		officer := s.staff(t, "chenyan").open("/desk").press(unit).judgeRight().press("受理").sees("审查中")
		officer.press("征求意见…").choose("食品安全监管室").fill("要对方答复什么", "总部要不要查仓库？").press("征求意见").sees("征求意见（1）", "等答复")

		head := s.staff(t, "hejun").open("/desk/consults").sees(unit, "总部要不要查仓库？")
		officer.press("撤销征求").press("撤销征求").sees("写一句话说明")
		officer.fill("撤销的理由", "问错了，总部没有仓库").press("撤销征求").sees("问错了，总部没有仓库")
		head.open("/desk/consults").sees("没有等你单位答复的")

		head.open("/desk").press(unit).press("延长期限").sees("延长 5 个工作日：从").press("延长期限").sees("有 1 处需要修改")
		head.choose("情况复杂").press("延长期限").sees("“延长期限”最多 1 次，已经办过。")
		head.tap("期限怎么算的").sees("延长 5 个工作日")
		s.sms(t, mobile, "延长")
		manager.open("/my").press(unit).sees("延长").tap("办结时限是怎么算的").sees("延长 5 个工作日").look()

		officer.open("/desk").press(unit).press("移交").press("移交").sees("有 2 处需要修改")
		officer.choose("行政审批股").fill("理由", "注册在开发区，由审批股办").press("移交")
		officer.open("/desk").misses(unit)
		s.staff(t, "liumin").open("/desk").press(unit).sees("注册在开发区，由审批股办", "行政审批股")
	})
}

// ticks makes sure of what the box that ticks all of the queue shows.
func (p *person) ticks(what string) *person {
	p.t.Helper()
	p.do("see that "+what+" are ticked", `
		const box = document.querySelector("[data-wb-all] input"), picks = [...document.querySelectorAll("input[name=case]")];
		const n = picks.filter(e => e.checked).length;
		const shown = box.indeterminate ? "some" : box.checked ? "all" : "none";
		const are = n === 0 ? "none" : n === picks.length ? "all" : "some";
		return shown === are && are === `+quote(what)+` ? "" : "the box shows " + shown + ", and " + are + " are ticked";`)
	return p
}
