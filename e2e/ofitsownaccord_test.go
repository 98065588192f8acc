package e2e

import "testing"

// The office revokes a licence of its own accord: an officer begins at the
// licence, the holder is told and objects on the phone, the head decides, and
// anyone sees it.
//
func TestLicenceRevoked(t *testing.T) {
	everywhere(t, func(t *testing.T, s *stage, w window) {
		if w.phone {
			w = narrow
		}
		const unit, code, mobile = "舒城县香满餐饮管理有限公司", "91341523TXT001LL2G", "17712345679"
		s.visitor(t, "manager", w).begin("chain").submit("提交申请").sees("待受理")
		officer := s.staff(t, "sunli").open("/desk").press(unit).judgeRight().press("受理").sees("审查中")
		officer.press("提请决定").choose("准予", "建议").fill("审查情况和理由", "材料齐全").press("提请决定").sees("待决定")
		leader := s.staff(t, "hejun").open("/desk").press(unit)
		leader.press("准予许可").sees("已准予许可")
		number := s.sms(t, mobile, `(JY\d{14})`)

		officer.open("/desk/licences").fill("证照编号", number).press("查找").sees("依职权办理", "食品经营许可证更正").press("食品经营许可证撤销").at("/form/held$")
		officer.press("保存并继续").at("/form/party$").press("保存并继续").at("/form/reach$")
		officer.choose("是").fill("联系人姓名", "汤㛃").fill("联系人手机号", mobile).press("保存并继续").at("/form/how$")
		officer.choose("撤销", "怎样处理这份证照？").press("保存并继续").sees("撤销的情形")
		officer.choose("被许可人以欺骗、贿赂等不正当手段取得行政许可").choose("否").choose("本机关自己发现")
		officer.fill("事实", "监督检查查明，申请时提交的材料是伪造的。").fill("法律依据", "《中华人民共和国行政许可法》第六十九条第二款")
		officer.attach("证据", picture(t, "record.jpg"))
		officer.press("保存并继续").at("/check$").sees("发出以后不能再改").press("发出告知书").sees("当事人会收到短信").press("确认提交").at("^/desk/cases/").sees("等当事人陈述申辩")
		s.sms(t, mobile, "陈述、申辩")

		holder := s.visitor(t, "holder", narrow).open("/result").fill("统一社会信用代码", code).fill("申请人手机号", mobile).press("发送验证码")
		holder.fill("短信验证码", s.code(t, mobile)).press("查询").sees("食品经营许可证撤销").press(unit).sees("等当事人陈述申辩", "处理证照告知书").press("陈述、申辩").sees("要求听证")
		holder.choose("认定的事实和实际不符").fill("补充说明", "材料是中介做的").press("陈述、申辩").sees("审查中", "陈述、申辩（你写的）", "认定的事实和实际不符").misses("没有通过")

		officer.open("/desk").press(unit).sees("陈述、申辩（当事人写的）", "材料是中介做的").press("提请决定").choose("按告知书的内容处理").fill("陈述、申辩的意见和采纳情况", "不采纳：对材料的真实性负责").fill("审查情况和理由", "应当撤销").press("提请决定").sees("待决定")
		leader.open("/desk").press(unit).press("决定撤销").sees("已撤销")
		s.sms(t, mobile, "已作决定")
		s.visitor(t, "anyone", narrow).open("/licences/"+number).fill("持证单位的名称或统一社会信用代码", code).press("核验").sees("这份证照已撤销")
	})
}
