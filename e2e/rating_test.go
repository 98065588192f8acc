package e2e

import "testing"

// A shop is not content with how its filing was handled. Who handled it does
// not see that; the head has a date by which to answer, and the shop reads
// what was done. What was told on the way stands in its box of messages.
func TestBadRatingIsAnswered(t *testing.T) {
	once(t, postgresSmall, func(t *testing.T, s *stage, w window) {
		const unit, mobile = "舒城县城关镇老街便利店", "17712345678"
		owner := s.visitor(t, "owner", w).begin("food-complete").submit("提交备案").sees("待核对")
		officer := s.staff(t, "chenyan").take(unit, "开始核对").judgeRight().press("准予备案").sees("已备案")
		s.sms(t, mobile, `(YB\d+)`)

		owner.open("/my/messages").sees("未读", unit).press("看这件申请").sees("已备案")
		owner.open("/my/messages").press("全部标为已读").misses("未读")
		owner.open("/my").press(unit).press("评价：办理结果").press("提交评价").sees("选一个满意程度。")
		owner.choose("非常不满意").press("提交评价").sees("哪里没办好")
		owner.choose("办得慢").fill("想说的话", "等了两天没有人理").press("提交评价").sees("正在核实", "最晚 2026年12月15日 前整改完并告诉你")
		owner.press("评错了，更正一次").choose("不满意").choose("办得慢").press("更正评价").sees("不满意", "正在核实").misses("更正一次")

		officer.open("/desk/ratings").sees("经办人看不到对自己的评价")
		head := s.staff(t, "hejun").open("/desk/ratings").sees("要处理的", "不满意", "待核实").press("仅销售预包装食品备案").sees("核实期限", "整改期限", "2026年12月15日", "等了两天没有人理", "更正前")
		head.press("属实，开始整改").sees("属实，整改中").press("整改完成，告诉评价人").sees("写明做了什么")
		head.fill("做了什么", "以后当天答复，已经当面道歉。").press("整改完成，告诉评价人").sees("已整改")
		head.open("/desk/ratings?over=yes").sees("已整改")

		s.sms(t, mobile, "您的评价已经核实处理")
		owner.open("/my").press(unit).press("你的评价：办理结果").sees("已整改", "以后当天答复，已经当面道歉。")
		owner.open("/ratings").sees("评价还不够多")
	})
}
