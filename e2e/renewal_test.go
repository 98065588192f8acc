package e2e

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/chromedp/chromedp"
)

// notice is what an administration adds to the workday calendar when the
// State Council's notice for a year is out. This one is invented.
const notice = `{"years": {"2028": {"status": "official", "off": {"2028-10-02": "国庆节", "2028-10-03": "国庆节"}, "work": {"2028-10-08": "国庆节"}}}}`

// A licence is five years old: its holder, whose browser has long been
// forgotten, finds it by code and number, renews it from the wallet, and
// nothing has changed. The number stays; what was printed before is told to be
// an old version, on the page and by the document.
//
func TestRenewalFromTheWallet(t *testing.T) {
	calendar := filepath.Join(t.TempDir(), "calendar.json")
	if err := os.WriteFile(calendar, []byte(notice), 0o600); err != nil {
		t.Fatal(err)
	}
	everywhere(t, func(t *testing.T, s *stage, w window) {
		if w.phone {
			w = narrow
		}
		const unit, uscc, mobile = "舒城县香满餐饮管理有限公司", "91341523TXT001LL2G", "17712345679"
		manager := s.visitor(t, "manager", w).begin("chain").submit("提交申请").sees("待受理")
		officer := s.staff(t, "chenyan").open("/desk").press(unit).judgeRight().press("受理").sees("审查中")
		officer.press("提请决定").choose("准予", "建议").fill("审查情况和理由", "材料齐全").press("提请决定").sees("待决定")
		leader := s.staff(t, "hejun").open("/desk").press(unit).press("准予许可").sees("已准予许可")
		number := s.sms(t, mobile, `(JY\d{14})`)
		manager.open("/my/licences").sees(number, "2023年12月4日至2028年12月3日").misses("办理延续", "现在可以办理")
		manager.press("出示二维码")
		old := regexp.MustCompile(`/v/[^#]+`).FindString(manager.scan())
		paper := manager.download("/licences/" + number + "/pdf")

		for range 4 {
			s.wait(t, "365d")
		}
		for range 10 {
			s.wait(t, "30d")
		}
		holder := s.visitor(t, "holder", w).open("/result").fill("统一社会信用代码", uscc).fill("申请人手机号", mobile).press("发送验证码")
		holder.fill("短信验证码", s.code(t, mobile)).press("查询").sees(unit)
		holder.open("/my/licences").sees(number, "2028年12月3日到期，现在可以办理延续。").press("办理延续")
		home := holder.home()
		s.wait(t, "1m") // between two codes to one number
		holder.open(home + "/form/who").press("保存并继续").verifyNumber(mobile)
		holder.open(home+"/form/held").holds("食品经营许可证编号", number)
		holder.open(home+"/form/unit").holds("经营者名称", unit)
		holder.open(home+"/form/renew").choose("否", "经营条件有变化吗？").press("保存并继续")
		holder.choose("我单位填写的内容").press("保存并继续").at("/check$").sees(number, unit)
		holder.submit("提交申请").sees("待受理")

		officer = s.again(t, officer).open("/desk").press(unit).sees(number, "都一致").judgeRight().press("受理").sees("审查中")
		officer.press("提请决定").choose("准予", "建议").fill("审查情况和理由", "条件没有变化").press("提请决定").sees("待决定")
		s.again(t, leader).open("/desk").press(unit).press("准予延续").sees("准予延续")
		s.sms(t, mobile, number)
		holder.open("/my").press(unit, "2028年").sees(number, "准予延续")
		holder.open("/my/licences").sees(number, "2033年").press("食品经营许可证").sees("现在有效", "变动记录", "第 2 版")
		renewed := holder.download("/licences/" + number + "/pdf")

		if w.phone {
			holder.open("/my/licences").press("English").sees("Food business licence", number).press("Food business licence").sees("valid")
			holder.press("中文").press("长者版").open("/my/licences").look()
		}

		anyone := s.visitor(t, "anyone", w).open(old).sees("这是旧的版本，已经换成新的。", "出示的是第 1 版，现在用的是第 2 版", "2033年")
		anyone.open("/licences").chooseFile("证照的 PDF 文件", paper).press("核验文件或内容").sees("已经换成新的", "盖章以后没有改动")
		anyone.open("/licences").chooseFile("证照的 PDF 文件", renewed).press("核验文件或内容").sees("现在有效", unit, "盖章以后没有改动").misses("已经换成新的")
		anyone.open("/licences").press("不联网怎么核验").sees("先对指纹", "下载根证书", "下载公钥")
		anyone.open("/licences").press("核验文件或内容").sees("选一份证照的 PDF")
		anyone.chooseFile("证照的 PDF 文件", picture(t, "no-licence.jpg")).press("核验文件或内容").look()
		anyone.open("/licences/all").fill("单位名称、证照编号或统一社会信用代码", "香满").press("查询").sees(number, unit, "2033年")
		anyone.fill("单位名称、证照编号或统一社会信用代码", "没有这个单位").press("查询").sees("没有查到证照")
	}, "--at", "2023-12-04T09:00", "--calendar", calendar)
}

// download keeps what an address of the product gives, as a file.
func (p *person) download(address string) string {
	p.t.Helper()
	text, err := eval[string](p, `fetch(`+quote(address)+`).then(r => r.ok ? r.arrayBuffer() : Promise.reject(r.status)).then(b => btoa([...new Uint8Array(b)].map(c => String.fromCharCode(c)).join("")))`, chromedp.EvalAwaitPromise)
	if err != nil {
		p.fatalf("no file at %s: %v", address, err)
	}
	content, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		p.fatalf("%v", err)
	}
	file := filepath.Join(p.t.TempDir(), filepath.Base(address))
	if err := os.WriteFile(file, content, 0o600); err != nil {
		p.fatalf("%v", err)
	}
	return file
}
