package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// shown changes how pages are shown to somebody, as the buttons above them do.
func (p *person) shown(sets ...string) *person {
	p.t.Helper()
	for _, set := range sets {
		if _, err := eval[int](p, `fetch("/display", {method: "POST", body: new URLSearchParams({set: `+quote(set)+`, back: "/"})}).then(r => r.status)`, chromedp.EvalAwaitPromise); err != nil {
			p.fatalf("show %s: %v", set, err)
		}
	}
	return p
}

// prefers gives somebody a device that is set to this.
func (p *person) prefers(feature, value string) *person {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: feature, Value: value}}}); err != nil {
		p.fatalf("prefer %s: %v", value, err)
	}
	return p
}

// The pages of whoever has applied, in English and large type on the narrowest
// phone, in the dark that the device asks for, and in high contrast; then the
// officers' pages, and the signer's.
//
func TestPagesInEveryMode(t *testing.T) {
	once(t, sqliteDesktop, func(t *testing.T, s *stage, _ window) {
		const unit = "舒城县城关镇老街便利店"
		owner := s.visitor(t, "owner", narrow).begin("food-complete").submit("提交备案").sees("待核对")
		owner.begin("chain").submit("提交申请").sees("待受理")
		owner.begin("agent-complete").submit("提交申请")
		s.staff(t, "chenyan").take(unit, "开始核对").judgeRight().press("准予备案").sees("已备案")
		number := s.sms(t, "17712345678", `(YB\d+)`)
		done := owner.open("/my").press(unit).home()

		rate := "/my" + done + "/rate?of=result"
		for _, row := range []struct{ mode, pages []string }{
			{[]string{"en", "elder"}, []string{"/", "/items?q=spba", "/items/food-licence", "/my", "/my?q=nothing", "/my/messages", "/my/licences", done, rate,
				"/licences", "/licences/" + number, "/licences/all", "/ratings", "/log"}},
			{[]string{"zh", "more"}, []string{"/items/food-licence", "/my", done}}, // large still
			{[]string{"normal", "less", "dark"}, []string{"/", "/my", "/my/licences", done, rate, "/licences/" + number}},
		} {
			owner.shown(row.mode...)
			for _, page := range row.pages {
				owner.open(page)
			}
		}
		owner.shown("en", "light").open("/my").sees("My applications").misses("我的")

		head := s.staff(t, "hejun").prefers("prefers-color-scheme", "dark")
		head.open("/desk").press("舒城县香满餐饮管理有限公司").darkens()
		for _, page := range []string{"/desk/all", "/desk/ratings", "/desk/absence", "/desk/licences?number=" + number} {
			head.open(page)
		}
		head.prefers("prefers-contrast", "more").open("/desk")
		for _, w := range []window{desktop, narrow} { // by the workbench's own switches
			officer := s.officer(t, "liumin", w).open("/desk").unfold("显示方式").press("深色").darkens().unfold("显示方式").press("大字")
			officer.unfold("显示方式").press("高对比").open("/desk/all").unfold("显示方式").press("退出大字").unfold("显示方式").press("深色").lightens()
			officer.press("English").unfold("Display").press("Large type").open("/desk").unfold("Display").press("Leave large type")
			s.wait(t, "1m") // between two codes to one number
		}
		helper := s.staff(t, "sunli").open("/desk/assist").sees("特种设备安全监察股", "食品安全监管室")
		helper.fill("事项名称或拼音首字母", "frzh").press("查找").sees("法人账号注册").misses("食品经营许可证新办").prefers("prefers-color-scheme", "dark").look()

		signer := s.visitor(t, "signer", narrow).prefers("prefers-color-scheme", "dark").open(s.link(t, repMobile)).darkens()
		signer.shown("light").open(s.link(t, repMobile)).lightens()
		s.visitor(t, "device", kiosk).prefers("prefers-color-scheme", "dark").open("/kiosk").fill("自助机口令", "wangban-demo-kiosk").press("设为自助机").sees("您想办什么？").darkens()
	})
}

// darkens makes sure that the page is dark; lightens, that it is not.
func (p *person) darkens() *person  { return p.ground("rgb(22, 29, 37)", "rgb(15, 21, 27)") }
func (p *person) lightens() *person { return p.ground("rgb(255, 255, 255)") }

func (p *person) ground(colours ...string) *person {
	p.t.Helper()
	got, err := eval[string](p, `getComputedStyle(document.body).backgroundColor`)
	if err != nil {
		p.fatalf("%v", err)
	}
	for _, c := range colours {
		if got == c {
			return p
		}
	}
	p.fatalf("the page stands on %s", got)
	return p
}
