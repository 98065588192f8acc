package e2e

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// fixtures are the stage's filled-in applications as their buttons say.
var fixtures = map[string]string{"agent-complete": "代理人为企业注册", "agent-passport": "代理人注册，法定代表人用护照",
	"food-complete": "便利店备案，只卖预包装食品", "rep-complete": "经营者本人为个体工商户注册",
	"restaurant": "餐馆申请许可，热食、冷食和自制饮品", "unchanged": "许可证延续，经营条件没有变化",
	"chain": "连锁企业申请许可，只做连锁管理", "lifts": "十二台电梯一次登记"}

// begin takes a filled-in application of the stage to check-your-answers.
func (p *person) begin(fixture string) *person {
	p.t.Helper()
	return p.open("/demo").press(fixtures[fixture]).at(`/check$`)
}

// submit sends an application off, from check-your-answers.
func (p *person) submit(button string) *person {
	p.t.Helper()
	return p.press(button).press("确认提交")
}

// link is the newest signing link a number has got.
func (s *stage) link(t *testing.T, number string) string {
	t.Helper()
	return s.sms(t, number, `(http\S+/s/[0-9a-z]+)`)
}

// linkAfter is the newest signing link of a number, once it is another than
// the one before: that one stands in the reminder too.
func (s *stage) linkAfter(t *testing.T, number, before string) string {
	t.Helper()
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); tick(t) {
		if now := s.link(t, number); now != before {
			return now
		}
	}
	t.Fatalf("the newest link of %s is still %s", number, before)
	return ""
}

// prove takes a signer from the link to the page with the document: the code
// to the registered number, then a picture.
func (p *person) prove(link, number string) *person {
	p.t.Helper()
	p.open(link).press("发送验证码")
	p.fill("短信验证码", p.code(p.t, number)).press("确认")
	p.choosePicture("您本人的正面照片").choose("我同意拍摄并保存我的面部照片")
	return p.press("用这张照片继续").sees("文件全文")
}

// sign draws the name and signs.
func (p *person) sign(link, number string) *person {
	p.t.Helper()
	return p.prove(link, number).draw().choose("我已看过上面的文件").press("确认签名").sees("您已签好")
}

// staff is somebody at the workbench, on a desktop.
func (s *stage) staff(t *testing.T, id string) *person {
	t.Helper()
	return s.officer(t, id, desktop)
}

// again is the officer after a night, when sessions of staff have ended.
func (s *stage) again(t *testing.T, p *person) *person {
	t.Helper()
	p.open("/desk/login").fill("工号", p.name).fill("密码", "wangban-demo-2026").press("下一步")
	return p.fill("短信验证码", s.code(t, staffMobile[p.name])).press("登录").at(`^/desk`)
}

// officer is a member of staff with a window of their own: on a visit, a phone.
func (s *stage) officer(t *testing.T, id string, w window) *person {
	t.Helper()
	return s.again(t, s.visitor(t, id, w))
}

var staffMobile = map[string]string{"liumin": "13900000001", "chenyan": "13900000002", "zhaohang": "13900000003", "sunli": "13900000004", "zhouwei": "13900000005", "hejun": "13900000006", "luqing": "13900000007"}

// take opens a case in the queue and starts to review it.
func (p *person) take(unit, start string) *person {
	p.t.Helper()
	return p.open("/desk").press(unit).press(start)
}

// judgeRight judges everything that is asked right.
func (p *person) judgeRight() *person {
	p.t.Helper()
	p.do("judge everything right", `
		const open = [...document.querySelectorAll("input[value=right]")];
		if (open.length === 0) return "there is nothing to judge";
		for (const e of open) e.click();
		return "";`)
	return p
}

// judgeByKeys opens the first case of the queue, starts to review it and judges
// everything right, without a mouse.
func (p *person) judgeByKeys(start string) *person {
	p.t.Helper()
	p.open("/desk").do("leave the queue", `document.documentElement.dataset.old = "yes"; return "";`)
	p.run(chromedp.KeyEvent("j"), chromedp.KeyEvent(kb.Enter))
	p.arrive()
	p.look().press(start)
	n, err := eval[int](p, `document.querySelectorAll("[data-wb-judge]").length`)
	if err != nil || n == 0 {
		p.fatalf("nothing to judge: %v", err)
	}
	p.run(chromedp.KeyEvent("j"))
	for range n {
		p.run(chromedp.KeyEvent("1"))
	}
	return p.sees(fmt.Sprintf("已核对 %d / %d，0 项不对", n, n))
}

// judgeWrong judges one thing wrong, for a reason of the catalogue.
func (p *person) judgeWrong(label, reason string) *person {
	p.t.Helper()
	p.do("judge "+label+" wrong", `
		const line = [...document.querySelectorAll(".wb-line")].find(l => words(l.querySelector(".wb-line-label")?.innerText).startsWith(`+quote(label)+`));
		if (!line) return "there is nothing called so to judge";
		line.querySelector("input[value=wrong]").click();
		const select = line.querySelector("select");
		const option = [...select.options].find(o => words(o.text) === `+quote(reason)+`);
		if (!option) return "there is no such reason";
		select.value = option.value;
		select.dispatchEvent(new Event("change", {bubbles: true}));
		return "";`)
	return p
}

// picture is a photograph to hand in, other for each name.
func picture(t *testing.T, name string) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 1000, 700))
	seed := 0
	for _, r := range name {
		seed = seed*31 + int(r)
	}
	for y := range 700 {
		for x := range 1000 {
			img.Set(x, y, color.RGBA{uint8(x/4 + seed), uint8(y/3 + seed/7), uint8((x*y)>>9 + seed/3), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), strings.ReplaceAll(name, "/", "-"))
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
