package e2e

import "testing"

// The operator and the restaurant of the item's example.
const (
	cookMobile = "17712345678"
	restaurant = "舒城县城关镇老街饭店"
)

// A restaurant applies; two things are to be corrected and only they are asked
// for; two officers visit with a phone; a second person decides; anyone can
// verify the licence.
//
func TestFoodLicence(t *testing.T) {
	everywhere(t, func(t *testing.T, s *stage, w window) {
		if w.phone {
			w = narrow
		}
		cook := s.visitor(t, "cook", w).begin("restaurant").submit("提交申请").sees("待受理")
		officer := s.staff(t, "chenyan").open("/desk").press(restaurant)
		officer.judgeWrong("经营场所地址", "经营场所写得不清楚").judgeWrong("主要设备设施布局图和操作流程", "布局图或者操作流程看不明白")
		officer.press("要求补正").sees("要补正的内容", "经营场所地址", "写到门牌号").press("下一步：看告知的内容").sees("申请人会看到", "标出各个功能区")
		officer.press("发出：要求补正").sees("待补正")
		s.sms(t, cookMobile, "补正")

		cook.open("/my").press(restaurant).sees("待补正").press("去补正").at("/form/correction$").sees("写到门牌号", "标出各个功能区").misses("经营者名称")
		cook.attach("主要设备设施布局图和操作流程", picture(t, "layout-again.jpg"))
		cook.fill("经营场所地址", "城关镇和平街 36 号一楼东").press("保存并继续").at("/check$").sees("36 号一楼东")
		cook.submit("提交补正").sees("待受理")

		officer.open("/desk").press(restaurant).sees("有改动").judgeRight().press("受理").sees("待现场核查")
		officer.press("预约现场核查").press("预约现场核查").sees("至少选 2 人").look()
		officer.fill("日期", "2026-11-24").fill("时间", "09:45").choose("陈䶮").choose("刘敏").press("预约现场核查").sees("2026年11月24日", "到时间以后才能“登记核查结果”").look()
		s.sms(t, cookMobile, "现场核查约在11月24日09:45")
		s.wait(t, "1h")

		visitor := s.officer(t, "liumin", narrow)
		visitor.open("/desk").press(restaurant).press("登记核查结果").sees("食品经营许可现场核查表")
		visitor.attach("现场照片", picture(t, "kitchen.jpg"))
		for _, point := range []string{"经营场所和申请的地址一致吗？", "场所环境整洁", "有和经营的品种", "设备布局和工艺流程合理", "有食品安全专业技术人员"} {
			visitor.choose("是", point)
		}
		visitor.choose("符合", "核查结果").press("登记核查结果").sees("陪同核查的人").look()
		visitor.fill("陪同核查的人", "汤㛃").press("登记核查结果").sees("审查中")

		officer = s.again(t, officer)
		officer.open("/desk").press(restaurant).sees("食品经营许可现场核查表", "汤㛃").press("提请决定").choose("准予", "建议").fill("审查情况和理由", "材料齐全，核查符合").press("提请决定").sees("待决定")
		leader := s.staff(t, "hejun").open("/desk").press(restaurant).sees("材料齐全，核查符合")
		leader.do("find the proposal beside the decision", `return [...document.querySelectorAll(".wb-decide .wb-proposal")].some(e => e.innerText.includes("材料齐全，核查符合")) ? "" : "it is not there";`)
		leader.press("准予许可").sees("已准予许可")

		number := s.sms(t, cookMobile, `(JY\d{14})`)
		cook.open("/my").press(restaurant).sees(number).misses("上次没有通过的原因").press("出示与核验").sees("现在有效", restaurant)
		s.visitor(t, "anyone", narrow).open("/licences/"+number).fill("持证单位的名称或统一社会信用代码", "92341523TXTG01LK9B").press("核验").sees("现在有效", restaurant)
	})
}
