package e2e

import (
	"bytes"
	"image"
	_ "image/png" // what the camera takes
	"regexp"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"golang.org/x/image/draw"
)

var kiosk = window{"kiosk", 1080, 1920, true}

// A noodle shop is begun at the device in the hall, handed to the phone and
// registered; the licence is printed at the device, which is wiped each time.
//
func TestSoleTraderFromKioskToPhone(t *testing.T) {
	everywhere(t, func(t *testing.T, s *stage, w window) {
		if w.phone {
			w = narrow
		}
		device := s.visitor(t, "device", kiosk).open("/kiosk").fill("自助机口令", "wangban-demo-kiosk").press("设为自助机").sees("您想办什么？")
		device.press("个体工商户设立登记").sees("要带什么").press("在这台机器上开始")
		begun := device.home()
		device.open(begun + "/form/role").choose("我是经营者本人").press("保存并继续")
		device.fill("姓名", "汤㛃").choose("女", "性别").choose("居民身份证").fill("证件号码", "342425197803120008")
		device.date("证件有效期至", "2033", "05", "20").fill("住所", "舒城县城关镇和平街 36 号").reaches("保存并继续").press("保存并继续")
		device.press("用手机接着办").press("显示二维码").sees("只能用一次")
		link := device.scan()

		owner := s.visitor(t, "owner", w).open(link).sees("你在自助机上开始填写的").press("这是我的申请，接手")
		device.press("结束并清空").at("^/kiosk").sees("已经清空")
		device.open(begun+"/form/operator").misses("汤㛃", "342425197803120008")

		owner.open(owner.home()+"/form/operator-mobile").fill("手机号", ownerMobile).press("保存并继续")
		owner.verifyNumber(ownerMobile)
		owner.open(owner.home() + "/form/compose").choose("个人经营").press("保存并继续")
		owner.choose("是", "要不要起字号？").fill("名称", "舒城县小满面馆").press("保存并继续")
		// What is ticked while the next search is on its way stays ticked.
		owner.fill("搜索经营范围", "面馆").sees("餐饮服务").slowly(func() { owner.fill("搜索经营范围", "餐饮") }, func() { owner.choose("餐饮服务") })
		owner.do("find it ticked", `
			const box = labelled("餐饮服务");
			if (document.querySelector("[name$='.sought']").value !== "餐饮") return "the answer has not come";
			return box && box.checked ? "" : "it is not ticked any more";`)
		owner.press("保存并继续")
		owner.fill("经营场所所在乡镇", "城关镇").fill("经营场所地址", "舒城县城关镇桃溪路 12 号").choose("租的、借的").choose("否", "登记的用途是住宅吗？").choose("否", "只在网上经营吗？").press("保存并继续")
		owner.choose("否", "要不要纸质营业执照？").press("保存并继续")
		for _, label := range []string{"经营者证件（人像面）", "经营者证件（国徽面或背面）", "经营场所使用证明"} {
			owner.attach(label, picture(t, label+".jpg"))
		}
		owner.press("保存并继续").choose("填写的内容").press("保存并继续").at("/check$").sees("舒城县小满面馆", "餐饮服务")
		owner.submit("提交申请").sees("待受理")

		officer := s.staff(t, "chenyan").take("舒城县小满面馆", "受理并审查").judgeRight().press("准予登记").sees("已登记")
		officer.look()
		number := s.sms(t, ownerMobile, `统一社会信用代码([0-9A-Z]{18})`)
		owner.open("/my/licences").sees(number, "舒城县小满面馆").press("出示二维码")
		// The application had no code to be found by; the licence that came of it has.
		elsewhere := s.visitor(t, "elsewhere", w).open("/result").fill("统一社会信用代码", number).fill("申请人手机号", ownerMobile).press("发送验证码")
		elsewhere.fill("短信验证码", s.code(t, ownerMobile)).press("查询").sees("舒城县小满面馆", "已登记").open("/my/licences").sees(number)

		code := regexp.MustCompile(`/v/[^#]+`).FindString(owner.scan())

		device.open("/kiosk").press("打印证照").fill("二维码", s.url+code).press("找到证照").sees(number, "舒城县小满面馆", "打印")
		if printed, err := chromedp.Call(device.ctx, page.PrintToPDF, page.PrintToPDFParams{}); err != nil || !bytes.HasPrefix(printed.Data, []byte("%PDF")) {
			t.Fatalf("the licence is not printed: %v", err)
		}
		// The browser may still be putting the printed page away, and lose a press.
		device.open(device.where()).press("结束并清空").sees("已经清空").misses("小满")
		s.visitor(t, "anyone", narrow).open("/licences/"+number).fill("持证单位的名称或统一社会信用代码", "舒城县小满面馆").press("核验").sees("现在有效")
	})
}

// slowly does something that makes the page ask the product, and something else
// while the answer is on its way.
func (p *person) slowly(asks, meanwhile func()) *person {
	p.t.Helper()
	p.do("hold answers", `
		const real = window.fetch;
		window.held = [];
		window.fetch = async (...asked) => {
			const answer = await real(...asked);
			if (window.held) await new Promise(arrive => window.held.push(arrive));
			return answer;
		};
		return "";`)
	asks()
	p.do("ask", `return window.held.length ? "" : "the page asks for nothing"`)
	meanwhile()
	p.do("let answers arrive", `for (const arrive of window.held) arrive(); window.held = null; return "";`)
	return p
}

// reaches makes sure that nothing lies over a button once it is scrolled to.
func (p *person) reaches(text string) *person {
	p.t.Helper()
	p.do("reach "+text, `
		const e = [...document.querySelectorAll("main .wb-btn")].find(b => words(b.innerText) === `+quote(text)+`); // not the one that Enter presses
		if (!e) return "there is no such button";
		e.scrollIntoView({block: "nearest"});
		const r = e.getBoundingClientRect();
		const at = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
		return at && e.contains(at) ? "" : "over it lies " + (at ? at.outerHTML : "the edge of the screen");`)
	return p
}

// scan reads the QR code on the page as a phone's camera does.
func (p *person) scan() string {
	p.t.Helper()
	shot, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		p.fatalf("%v", err)
	}
	img, _, err := image.Decode(bytes.NewReader(shot))
	if err != nil {
		p.fatalf("%v", err)
	}
	// A camera sees a code in many sizes until it can read it; this reader, too,
	// gets the lines of some codes wrong in one size and right in another.
	for _, percent := range []int{100, 150, 200, 75, 300} {
		size := img.Bounds()
		sized := image.NewRGBA(image.Rect(0, 0, size.Dx()*percent/100, size.Dy()*percent/100))
		draw.BiLinear.Scale(sized, sized.Bounds(), img, size, draw.Src, nil)
		var bitmap *gozxing.BinaryBitmap
		if bitmap, err = gozxing.NewBinaryBitmapFromImage(sized); err != nil {
			p.fatalf("%v", err)
		}
		var read *gozxing.Result
		if read, err = qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}); err == nil {
			return read.GetText()
		}
	}
	p.fatalf("no QR code can be read: %v", err)
	return ""
}
