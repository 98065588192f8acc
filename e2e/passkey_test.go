package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// A legal representative adds a passkey, logs in with it and with nothing
// else, and removes it: then it is refused.
func TestPasskey(t *testing.T) {
	everywhere(t, func(t *testing.T, s *stage, w window) {
		owner := s.visitor(t, "owner", w)
		device := owner.device()
		owner.begin("rep-complete").submit("提交申请")
		approve(t, s, personalUnit)
		owner.logIn(ownerMobile).press("管理登录方式").sees("还没有添加", "密码和短信验证码")
		owner.press("长者版").press("退出长者版")
		owner.fill("给它起个名字", "我的新手机").press("添加通行密钥").sees("已添加通行密钥", "我的新手机", "还没有用过")
		owner.tap("添加通行密钥").sees("这台设备上已经有你的通行密钥").look()

		owner.open("/organisation").press("退出登录").sees("已退出登录")
		owner.press("用通行密钥登录").at("^/organisation$").sees(personalUnit)
		owner.open("/organisation/login-ways").sees("上次登录")

		// A browser that was left open adds nothing to the account.
		s.wait(t, "1h")
		owner.open("/organisation/login-ways").misses("给它起个名字").press("发送验证码")
		owner.fill("短信验证码", s.code(t, ownerMobile)).press("确认").sees("给它起个名字")

		owner.press("移除", "我的新手机").sees("移除“我的新手机”？").press("移除").sees("已移除通行密钥", "还没有添加")
		owner.open("/organisation").press("退出登录")
		owner.press("用通行密钥登录").at("^/login/passkey$").sees("这个通行密钥在这里登录不了", "密码")

		// Who does not unlock the device stays where they are.
		owner.unlocks(device, false)
		owner.open("/login?next=/licences").tap("用通行密钥登录").sees("没有登录，可能是取消了").at("^/login").look()

		// At another address of the same machine, and without scripts, nothing is offered that cannot be.
		owner.open(strings.Replace(s.url, "localhost", "127.0.0.1", 1) + "/login").misses("用通行密钥登录")
		s.wait(t, "1m")
		plain := s.visitor(t, "plain", w, withoutScripts).open("/login").misses("用通行密钥登录")
		plain.fill("统一社会信用代码或手机号", ownerMobile).fill("密码", "Wangban-2026").press("下一步")
		plain.fill("短信验证码", s.code(t, ownerMobile)).press("登录").press("管理登录方式").sees("这个浏览器不能添加通行密钥").misses("给它起个名字")
	})
}

// device puts a phone's own authenticator behind somebody's page: it keeps
// passkeys and is unlocked by whoever holds it.
func (p *person) device() webauthn.AuthenticatorID {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		p.t.Fatal(err)
	}
	made, err := chromedp.Call(p.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	if err != nil {
		p.t.Fatal(err)
	}
	return made.AuthenticatorID
}

// unlocks says whether who holds the device can unlock it.
func (p *person) unlocks(device webauthn.AuthenticatorID, can bool) {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: device, IsUserVerified: can}); err != nil {
		p.t.Fatal(err)
	}
}

// tap uses a button that leads nowhere else.
func (p *person) tap(text string) *person {
	p.t.Helper()
	p.do("tap "+text, `
		const e = pressable(`+quote(text)+`);
		if (!e) return "there is no such button";
		e.click();
		return "";`)
	return p
}
