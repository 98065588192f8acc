package e2e

import (
	"strings"
	"testing"
)

// A unit that is asked hears of it by SMS and on its workbench; the applicant
// finds the application, its date and its messages, and rates by the link that
// follows the result.
//
func TestTold(t *testing.T) {
	everywhere(t, func(t *testing.T, s *stage, w window) {
		if w.phone {
			w = narrow
		}
		cook := s.visitor(t, "cook", w)
		cook.open("/my").sees("这台设备上还没有申请").look()
		cook.begin("restaurant").submit("提交申请").sees("待受理")
		officer := s.staff(t, "chenyan").open("/desk").press(restaurant).judgeRight().press("受理").sees("待现场核查")
		s.sms(t, cookMobile, "已受理，《行政许可申请受理通知书》（舒市监）许受〔2026〕第1号")
		officer.press("征求意见…").tap("派出所（21）").choose("杭埠市场监管所").fill("要对方答复什么", "那里可以经营吗？").press("征求意见").sees("等答复")
		s.sms(t, staffMobile["zhaohang"], `办件\d+（.*）征求你单位的意见，请在.*前登录工作台答复`)
		colleague := s.officer(t, "zhaohang", w)
		colleague.open("/desk/notices").sees("征求你单位的意见", "没读的 1 条").look()
		colleague.press("看办件").sees(restaurant, "那里可以经营吗？")
		colleague.open("/desk/notices").misses("没读的").fill("征求意见", "不发短信").fill("现场核查", "发短信").press("保存").sees("已保存").look()

		cook.open("/my").sees(restaurant, "正常 · 剩", "承诺在", "办结时限是怎么算的").look()
		cook.open("/my?state=turn").sees("没有等你办的").look()
		cook.open("/my").fill("名称或办件编号", "不是这家").press("查找").sees("没有符合条件的申请").look()
		cook.open("/my/messages").sees("《行政许可申请受理通知书》").misses("征求你单位").look()
	})
}

// Who has a result is led to the page on which it is rated, also on another
// device; who has rated is not reminded.
//
func TestLedToRate(t *testing.T) {
	everywhere(t, func(t *testing.T, s *stage, w window) {
		const unit = "舒城县城关镇老街便利店"
		if w.phone {
			w = narrow
		}
		owner := s.visitor(t, "owner", w).begin("food-complete").submit("提交备案").sees("待核对")
		s.staff(t, "chenyan").take(unit, "开始核对").judgeRight().press("准予备案").sees("已备案")
		link := s.sms(t, "17712345678", `请到 (\S+) 评价`)
		s.visitor(t, "another device", w).open(link).sees("这台设备还不能打开这件申请", "用手机号查到申请")
		owner.open("/my?state=ended").sees(unit, "已备案").look()
		owner.open("/my/messages").sees(link)
		owner.open(link).sees("非常满意").choose("满意").press("提交评价").sees("已经收到你的评价")
		for range 5 {
			s.wait(t, "48h")
		}
		for _, text := range s.messages(t, "17712345678") {
			if strings.Contains(text, "还没有评价") {
				t.Errorf("reminded all the same: %s", text)
			}
		}
	})
}
