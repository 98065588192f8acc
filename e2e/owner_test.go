package e2e

import "testing"

// A legal representative registers in person, field by field.
// covers, T1, T2, T18
func TestRepresentativeRegisters(t *testing.T) {
	everywhere(t, func(t *testing.T, s *stage, w window) {
		owner := s.visitor(t, "owner", w)
		owner.registerInPerson()
		approve(t, s, personalUnit)
		s.sms(t, ownerMobile, "审核已通过")
		s.wait(t, "1m") // between two codes to one number
		owner.logIn(ownerMobile).sees(personalUnit)
	})
}

// registerInPerson walks from the home page to the submitted application,
// with a mistake on the way that loses nothing.
func (p *person) registerInPerson() *person {
	p.t.Helper()
	p.open("/").press("法人账号注册").press("开始办理")
	p.choose("我是法定代表人").press("保存并继续")
	p.choose("个体工商户").fill("统一社会信用代码", "92341523TXTG00033").fill("单位名称", personalUnit).fill("经营场所所在乡镇", "城关镇").press("保存并继续")
	p.sees("应为 18 位，现在是 17 位").holds("单位名称", personalUnit).holds("统一社会信用代码", "92341523TXTG00033")
	p.fill("统一社会信用代码", "92341523TXTG00033F").press("保存并继续")
	p.fill("姓名", "阿卜杜拉·㛃").choose("居民身份证").fill("证件号码", "341523198512319996")
	p.date("证件有效期至", "2033", "05", "20").press("保存并继续")
	p.fill("手机号", ownerMobile).press("保存并继续")
	p.verifyNumber(ownerMobile)
	return p.finishAsOwner().submit("提交申请").sees("待审核")
}

// holds makes sure that a field still says what was typed.
func (p *person) holds(label, text string) *person {
	p.t.Helper()
	p.do("look at "+label, `
		const e = labelled(`+quote(label)+`);
		if (!e) return "there is no such field";
		return e.value === `+quote(text)+` ? "" : "it says " + e.value;`)
	return p
}

// approve is a reviewer who finds everything right.
func approve(t *testing.T, s *stage, unit string) {
	t.Helper()
	s.staff(t, "chenyan").take(unit, "开始审核").judgeRight().press("审核通过").sees("审核通过")
}

// The same journey in a browser without JavaScript, the signature typed.
func TestWithoutScripts(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.visitor(t, "owner", phone, withoutScripts).registerInPerson()

	agent := s.visitor(t, "agent", phone, withoutScripts).begin("agent-complete").submit("提交申请")
	rep := s.visitor(t, "representative", phone, withoutScripts)
	rep.prove(s.link(t, repMobile), repMobile)
	rep.fill("您的姓名", "龚䶮").choose("我已看过上面的文件").press("确认签名").sees("您已签好")
	agent.open("/my").press(agentUnit).sees("待审核")
}

// A filing of the second item: certificate, and anyone can verify it.
//
func TestFoodFiling(t *testing.T) {
	everywhere(t, func(t *testing.T, s *stage, w window) {
		const unit = "舒城县城关镇老街便利店"
		owner := s.visitor(t, "owner", w).begin("food-complete").submit("提交备案").sees("待核对")
		reviewer := s.staff(t, "chenyan").take(unit, "开始核对")
		reviewer.judgeRight().press("准予备案").sees("已备案")
		number := s.sms(t, "17712345678", `(YB\d+)`)
		owner.open("/my").press(unit).sees(number)
		owner.press("出示与核验").sees("现在有效", unit)
		s.visitor(t, "anyone", phone).open("/licences/"+number).misses(unit).fill("持证单位的名称或统一社会信用代码", "92341523TXTG0021X9").press("核验").sees("现在有效", unit)
	})
}

// Results without an account: who has neither number nor code learns nothing.
// covers: R-070, C-40
func TestResultQuery(t *testing.T) {
	everywhere(t, func(t *testing.T, s *stage, w window) {
		s.visitor(t, "agent", w).begin("agent-complete").submit("提交申请")
		later := s.visitor(t, "later", w)
		later.open("/result").fill("统一社会信用代码", "91341523TXT000020Y").fill("申请人手机号", "13700000000").press("发送验证码").misses(agentUnit)
		s.wait(t, "1m")
		later.open("/result").fill("统一社会信用代码", "91341523TXT000020Y").fill("申请人手机号", agentMobile).press("发送验证码").misses(agentUnit)
		later.fill("短信验证码", s.code(t, agentMobile)).press("查询").sees(agentUnit, "签名中").press(agentUnit).sees("取消提交")
	})
}

// Every public page in English, in elder mode and in dark colours, for the
// accessibility check; nothing Chinese is left over in English.
//
func TestModes(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, mode := range []string{"English", "长者版", "深色", "高对比"} {
		p := s.visitor(t, mode, phone).open("/").press(mode)
		for _, page := range []string{"/", "/items", "/items?event=开餐馆", "/items?q=tzsb", "/licences", "/licences/all", "/ratings", "/my/licences", "/my/messages", "/items/legal-person-account", "/items/food-filing", "/result", "/login", "/my", "/log", "/log/verify", "/help/privacy", "/help/accessibility", "/demo/gallery", "/desk/login", "/nowhere"} {
			p.open(page)
		}
	}
}

// The workbench on a phone in English and in elder mode: what narrows the queue
// is folded away, says what is set, and unfolds without scripts.
//
func TestWorkbenchModes(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, mode := range []string{"English", "长者版"} {
		p := s.officer(t, "liumin", narrow).open("/").press(mode)
		for _, page := range []string{"/desk", "/desk/all", "/desk/consults", "/desk/phrases", "/desk/absence", "/desk/licences", "/desk/assist", "/desk/help/keys", "/licences/all"} {
			p.open(page)
		}
		s.wait(t, "1m") // between two codes to one number
	}
	p := s.officer(t, "sunli", narrow)
	p.open("/desk").choose("筛选条件").fill("事项", "法人账号注册").press("查找").sees("筛选条件：法人账号注册")
}
