package e2e

import (
	"strings"
	"testing"
)

// The people of the items' examples.
const (
	repMobile    = "13800138000"
	agentMobile  = "15912345678"
	ownerMobile  = "16612345678"
	personalUnit = "舒城县城关镇老街面馆"
	agentUnit    = "舒城县龙舒茶业有限公司"
)

// An agent registers a unit, its legal representative signs on the phone, a
// reviewer approves, both can log in.
// covers, T3, T5, T9, T18
func TestAgentAppliesAndRepresentativeSigns(t *testing.T) {
	everywhere(t, func(t *testing.T, s *stage, w window) {
		agent := s.visitor(t, "agent", w).begin("agent-complete")
		agent.press("提交申请").sees("系统将向法定代表人手机发送签名短信，请确保手机号码为法定代表人本人号码。")
		agent.press("确认提交").sees("签名中", "还剩", "138****8000", "再发一次短信", "取消提交")
		link := s.link(t, repMobile)

		// The link is no credential: the agent's own browser cannot sign.
		agent.open(link).sees("这台设备不能代签")

		rep := s.visitor(t, "representative", phone)
		rep.sign(link, repMobile)
		s.sms(t, agentMobile, "已签署")
		rep.open(link).sees("您已签好")
		s.visitor(t, "curious", phone).open(link).sees("已经签好").misses("下载签好的文件")
		agent.open("/my").press(agentUnit).sees("待审核", "法定代表人已签名", "签好的文件", "下载签好的文件（PDF）")

		reviewer := s.staff(t, "chenyan").take(agentUnit, "开始审核")
		reviewer.judgeRight().press("审核通过").sees("审核通过")
		s.sms(t, agentMobile, "审核已通过")
		s.sms(t, repMobile, "审核已通过")
		agent.open("/my").press(agentUnit).sees("审核通过")

		s.wait(t, "1m") // between two codes to one number
		rep.firstLogIn(repMobile).sees(agentUnit, "授权")
		agent.logIn(agentMobile).sees(agentUnit, "下载签好的委托书")
		rep.open("/organisation")
		rep.press("撤回授权").press("撤回授权").sees("王𠅤已于")
		agent.open("/organisation").misses("撤回授权")
	})
}

// Who cannot show a face goes to the counter with the card; the officer's word
// opens the letter on the phone.
// covers: C-25, R-064
func TestAgentsRepresentativeAtTheCounter(t *testing.T) {
	everywhere(t, func(t *testing.T, s *stage, w window) {
		s.visitor(t, "agent", w).begin("agent-complete").submit("提交申请")
		rep := s.visitor(t, "representative", phone)
		rep.open(s.link(t, repMobile)).press("发送验证码")
		rep.fill("短信验证码", rep.code(t, repMobile)).press("确认").sees("不方便用手机确认", "改选纸质委托书")
		officer := s.staff(t, "chenyan").open("/desk/all").press(agentUnit)
		officer.press("窗口核验").sees("还没有勾选")
		officer.choose("法定代表人本人到场").choose("身份证原件与填写的姓名、证件号码一致").press("窗口核验").sees("已在窗口核验签名人")
		rep.press("已经在窗口核对过，去签名").sees("文件全文", "现委托")
		rep.draw().choose("我已看过上面的文件").press("确认签名").sees("您已签好", "代理人会收到")
		officer.take(agentUnit, "开始审核").sees("窗口当面核验本人和证件原件").misses("签名人与证件是同一人")
		officer.judgeRight().press("审核通过").sees("审核通过")
	})
}

// firstLogIn chooses a password with a code: the agent, who filled in the
// form, has chosen only his own.
func (p *person) firstLogIn(mobile string) *person {
	p.t.Helper()
	p.open("/login").press("第一次登录，或忘了密码").fill("手机号", mobile).press("发送验证码")
	p.fill("短信验证码", p.code(p.t, mobile)).fill("新密码", "Longshu-2026").fill("再输入一次密码", "Longshu-2026")
	return p.press("设置密码并登录").at("^/organisation")
}

// logIn logs somebody in with mobile number, password and code.
func (p *person) logIn(mobile string) *person {
	p.t.Helper()
	p.open("/login").fill("统一社会信用代码或手机号", mobile).fill("密码", "Wangban-2026").press("下一步")
	return p.fill("短信验证码", p.code(p.t, mobile)).press("登录").at("^/organisation")
}

// Nobody signs: after 48 hours the request lapses, a reminder has gone out
// before, and the agent submits again.
// covers, T11, T12, T15, C-02
func TestSignatureLapsesAndIsAskedForAgain(t *testing.T) {
	everywhere(t, func(t *testing.T, s *stage, w window) {
		agent := s.visitor(t, "agent", w).begin("agent-complete").submit("提交申请")
		first := s.link(t, repMobile)
		s.wait(t, "24h")
		s.sms(t, repMobile, "提醒")
		s.wait(t, "24h")
		s.sms(t, agentMobile, "48小时未签署已失效")
		late := s.visitor(t, "late", phone)
		late.open(first).sees("签名时间已过")
		agent.open("/my").press(agentUnit).sees("签名超时")
		agent.press("重新提交").press("确认提交").sees("签名中")
		second := s.linkAfter(t, repMobile, first)
		late.open(first).sees("打开最新短信里的链接")
		s.visitor(t, "representative", phone).sign(second, repMobile)
		agent.open("/my").press(agentUnit).sees("待审核")
	})
}

// The representative refuses with a reason; the agent goes back and submits
// again.
// covers, T10, T16, C-08
func TestRepresentativeRefuses(t *testing.T) {
	everywhere(t, func(t *testing.T, s *stage, w window) {
		agent := s.visitor(t, "agent", w).begin("agent-complete").submit("提交申请")
		rep := s.visitor(t, "representative", phone)
		rep.prove(s.link(t, repMobile), repMobile)
		rep.press("不同意？拒绝签名")
		rep.choose("委托书内容不对").fill("补充说明", "授权期限太长")
		rep.press("拒绝签名").press("确认拒绝").sees("签名已被拒绝")
		s.sms(t, agentMobile, "已拒签")
		agent.open("/my").press(agentUnit).sees("已拒签", "委托书内容不对", "授权期限太长")
		agent.press("返回").press("返回")
		agent.open("/my").press(agentUnit).sees("草稿")
	})
}

// The agent has mistyped the representative's number: recalls, corrects, and
// everything else is still there.
// covers: T14, C-09
func TestAgentCorrectsTheNumber(t *testing.T) {
	everywhere(t, func(t *testing.T, s *stage, w window) {
		agent := s.visitor(t, "agent", w).begin("agent-complete").submit("提交申请")
		wrong := s.link(t, repMobile)
		agent.press("取消提交").press("取消提交")
		s.sms(t, repMobile, "撤回")
		s.visitor(t, "stranger", phone).open(wrong).sees("代理人取消了提交")
		agent.open("/my").press(agentUnit)
		agent.open(agent.home()+"/form/rep-mobile").fill("手机号", "13700137000").press("保存并继续")
		if strings.Contains(agent.where(), "/verify/") {
			t.Fatal("the number of somebody else cannot be verified by the agent")
		}
		agent.open(agent.home()+"/check").sees("13700137000", agentUnit, "龚䶮")
		agent.submit("提交申请").sees("137****7000")
		s.visitor(t, "representative", phone).sign(s.link(t, "13700137000"), "13700137000")
	})
}

// home is the address of the case somebody is at.
func (p *person) home() string {
	parts := strings.Split(p.where(), "/")
	return "/" + strings.Join(parts[1:3], "/")
}
