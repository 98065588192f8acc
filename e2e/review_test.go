package e2e

import "testing"

// A picture is unclear: the agent replaces it, and the old signature holds.
// Then the representative's number changes, and has to be signed for again.
// covers, T19, T20, T21, C-10, C-33
func TestRejectionWithAndWithoutSigningAgain(t *testing.T) {
	everywhere(t, func(t *testing.T, s *stage, w window) {
		agent := s.visitor(t, "agent", w).begin("agent-complete").submit("提交申请")
		s.visitor(t, "representative", phone).sign(s.link(t, repMobile), repMobile)

		reviewer := s.staff(t, "chenyan").take(agentUnit, "开始审核")
		reviewer.judgeRight().judgeWrong("营业执照", "营业执照看不清").press("审核不通过")
		s.sms(t, agentMobile, "审核未通过")

		agent.open("/my").press(agentUnit).sees("审核不通过", "营业执照看不清", "重新拍一张")
		agent.press("修改后再提交").sees("要补正：营业执照看不清").open(agent.home()+"/form/files").sees("要补正：营业执照看不清").attach("营业执照", picture(t, "licence-again.jpg"))
		agent.press("保存并继续")
		agent.open(agent.home()+"/check").sees("原来的签名继续有效").submit("再次提交").sees("待审核", "沿用原来的签名")

		reviewer.take(agentUnit, "开始审核").sees("有改动", "签名覆盖的内容没有改")
		reviewer.judgeRight().judgeWrong("手机号", "手机号不是本人的").press("审核不通过")
		s.sms(t, agentMobile, "审核未通过")
		agent.open("/my").press(agentUnit)
		agent.open(agent.home()+"/form/rep-mobile").fill("手机号", "13700137000").press("保存并继续")
		agent.open(agent.home()+"/check").sees("需要法定代表人重新签名", "法定代表人手机号").submit("再次提交").sees("签名中", "法定代表人手机号")

		rep := s.visitor(t, "representative-again", phone)
		rep.prove(s.link(t, "13700137000"), "13700137000").sees("为什么又要签", "法定代表人手机号")
		rep.draw().choose("我已看过上面的文件").press("确认签名").sees("您已签好")
		reviewer.judgeByKeys("开始审核").sees("改了签名覆盖的内容：法定代表人手机号")
		reviewer.press("审核通过").sees("审核通过")
	})
}

// The representative has no identity card: the letter is signed on paper.
// covers: R-069, T6
func TestPaperWay(t *testing.T) {
	everywhere(t, func(t *testing.T, s *stage, w window) {
		const unit = "万佛湖（安徽）旅游开发有限公司"
		agent := s.visitor(t, "agent", w).begin("agent-passport")
		agent.open(agent.home()+"/form/files").sees("签好字、盖好章的授权委托书", "下载")
		agent.attach("签好字、盖好章的授权委托书", picture(t, "letter-signed.jpg"))
		agent.open(agent.home() + "/check").submit("提交申请").sees("待审核").misses("签名中")
		reviewer := s.staff(t, "chenyan").take(unit, "开始审核")
		reviewer.sees("签好字、盖好章的授权委托书").judgeRight().press("审核通过").sees("审核通过")
	})
}

// A member of staff begins at the window, the applicant takes over with the
// phone and finishes.
//
func TestAssistedRegistration(t *testing.T) {
	everywhere(t, func(t *testing.T, s *stage, w window) {
		helper := s.staff(t, "sunli").open("/desk/assist").choose("法人账号注册").press("开始帮办").press("去填写").press("你以什么身份办理？")
		helper.choose("我是法定代表人").press("保存并继续")
		helper.choose("个体工商户").fill("统一社会信用代码", "92341523TXTG00033F").fill("单位名称", personalUnit).fill("经营场所所在乡镇", "城关镇").press("保存并继续")
		helper.open("/desk/assist").press(personalUnit)
		helper.press("显示二维码")
		url, err := eval[string](helper, `[...document.querySelectorAll("code")].map(c => c.innerText).find(t => t.includes("/t/"))`)
		if err != nil {
			helper.fatalf("no link to take over: %v", err)
		}

		owner := s.visitor(t, "owner", w)
		owner.open(url).sees("孙丽", "行政审批股").press("这是我的申请，接手")
		owner.sees(personalUnit)
		s.visitor(t, "second", w).open(url).misses(personalUnit)

		owner.open(owner.home()+"/form/rep").fill("姓名", "阿卜杜拉·㛃").choose("居民身份证").fill("证件号码", "341523198512319996")
		owner.date("证件有效期至", "2033", "05", "20").press("保存并继续")
		owner.fill("手机号", ownerMobile).press("保存并继续")
		owner.verifyNumber(ownerMobile)
		owner.finishAsOwner().submit("提交申请").sees("待审核")

		// Who has helped cannot review; a colleague sees who helped.
		helper.open("/desk").press(personalUnit).sees("你帮办过这件申请，不能再由你审核")
		reviewer := s.staff(t, "chenyan").take(personalUnit, "开始审核").sees("孙丽", "行政审批股")
		reviewer.judgeRight().press("审核通过").sees("审核通过")
	})
}

// verifyNumber proves a number with a code.
func (p *person) verifyNumber(number string) *person {
	p.t.Helper()
	p.at("/verify/").press("发送验证码")
	return p.fill("短信验证码", p.code(p.t, number)).press("确认")
}

// finishAsOwner hands in the documents and chooses a password.
func (p *person) finishAsOwner() *person {
	p.t.Helper()
	p.open(p.home() + "/form/files")
	for _, label := range []string{"营业执照", "法定代表人证件（人像面或资料页）", "法定代表人证件（国徽面或背面）"} {
		p.attach(label, picture(p.t, label+".jpg"))
	}
	p.press("保存并继续")
	p.fill("登录密码", "Wangban-2026").fill("再输入一次", "Wangban-2026").choose("我已阅读").press("保存并继续")
	return p.at(`/check$`)
}
