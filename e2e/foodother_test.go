package e2e

import "testing"

// A chain's application: its first one is withdrawn; of the second another
// unit is asked, the clock stands and runs again, and the head denies it.
//
func TestFoodLicenceDenied(t *testing.T) {
	everywhere(t, func(t *testing.T, s *stage, w window) {
		if w.phone {
			w = narrow
		}
		const unit, mobile = "舒城县香满餐饮管理有限公司", "17712345679"
		manager := s.visitor(t, "manager", w).begin("chain").submit("提交申请").sees("待受理")
		manager.press("撤回申请").sees("不能恢复").press("撤回申请").sees("已撤回", "这次申请已经结束")

		manager.begin("chain").submit("提交申请").sees("待受理")
		officer := s.staff(t, "chenyan").open("/desk").press(unit).judgeRight().press("受理").sees("审查中")
		officer.press("征求意见…").press("征求意见").sees("有 2 处需要修改")
		officer.choose("食品安全监管室").fill("要对方答复什么", "连锁总部不经营食品，要不要查仓库？").press("征求意见").sees("征求意见（1）", "等答复")

		leader := s.staff(t, "hejun").press("征求意见").at("^/desk/consults").sees(unit, "要不要查仓库")
		leader.press("看申请，再答复").press("答复意见").sees("要不要查仓库").choose("不同意").fill("答复的内容", "没有外设仓库，不用查。").press("答复意见")
		leader.open("/desk/consults").sees("没有等你单位答复的")

		officer.open("/desk").press(unit).sees("没有外设仓库，不用查。", "不同意").press("暂停计时").choose("专家评审").fill("需要多长时间", "请专家看总部的制度，大约十个工作日").press("暂停计时").sees("已暂停")
		s.sms(t, mobile, "暂停计算")
		manager.open("/my").press(unit).sees("暂停", "专家评审")
		s.wait(t, "24h")
		officer = s.again(t, officer).open("/desk").press(unit).press("恢复计时").sees("起暂停").press("恢复计时")
		officer.tap("期限怎么算的").sees("专家评审")
		manager.open("/my").press(unit).tap("办结时限是怎么算的").sees("专家评审")

		officer.press("提请决定").choose("不予", "建议").fill("审查情况和理由", "总部没有食品安全管理人员").press("提请决定").sees("待决定")
		leader = s.again(t, leader).open("/desk").press(unit)
		leader.tap("从 4 个原因").choose("不符合许可条件").fill("补充说明", "总部没有食品安全管理人员。").press("不予许可").sees("不予许可")
		s.sms(t, mobile, "不予许可：不符合许可条件；总部没有食品安全管理人员。[^。]")
		manager.open("/my").press(unit).misses("需要修改").sees("没有通过的原因", "不予许可", "不符合许可条件", "总部没有食品安全管理人员", "行政复议", "行政诉讼")
	})
}
