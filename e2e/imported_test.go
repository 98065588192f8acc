package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"wangban/internal/cn"
	"wangban/internal/form"
)

// oldLicence is a number of a food business licence that was issued on paper,
// with its check digit.
func oldLicence(t *testing.T) string {
	t.Helper()
	for check := range 10 {
		if number := fmt.Sprintf("JY2341523000412%d", check); cn.FoodLicence(number).OK() {
			return number
		}
	}
	t.Fatal("no check digit fits")
	return ""
}

// A licence on paper comes from a file: first by mistake, which is taken back, then
// for good. Its holder finds it in the wallet, whoever verifies it hears where it
// comes from; it is renewed online, and from then on has a certificate that was
// signed here.
//
func TestImportedLicenceIsRenewed(t *testing.T) {
	// The import goes by the time of the machine, and the stage comes after it.
	at := time.Now().In(form.Shanghai).AddDate(0, 0, 1)
	everywhere(t, func(t *testing.T, s *stage, w window) {
		if w.phone {
			w = narrow
		}
		const uscc = "92341523TXTG00033F"
		number, last := oldLicence(t), at.AddDate(0, 0, 60).Format(time.DateOnly)
		owner := s.visitor(t, "owner", w).begin("rep-complete").submit("提交申请").sees("待审核")
		approve(t, s, personalUnit)
		owner.firstLogIn(ownerMobile).open("/my/licences").misses(number)

		file := filepath.Join(t.TempDir(), "old.csv")
		content := "证照编号,持证人,统一社会信用代码,首次发证日期,有效期至,unit.rep,unit.residence,site.town,site.address,site.area,food.business,food.items\n" +
			number + "," + personalUnit + "," + uscc + ",2022-02-01," + last + ",阿卜杜拉·㛃,老街 21 号,城关镇,老街 21 号一楼,60,餐饮服务经营者,热食类食品制售\n"
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		said := s.command(t, "import", "licences", "food-licence", file, "--by", "sunli")
		batch := regexp.MustCompile(`batch ([0-9a-z]+)`).FindStringSubmatch(said)
		if batch == nil {
			t.Fatalf("the import has no name: %s", said)
		}
		anyone := s.visitor(t, "anyone", w).open("/licences/all?q="+number).sees(number, personalUnit)
		s.command(t, "import", "undo", batch[1], "--by", "sunli", "--reason", "文件拿错了")
		anyone.open("/licences/all?q=" + number).misses(personalUnit)
		s.command(t, "import", "licences", "food-licence", file, "--by", "sunli")

		verifies := func(p *person) *person {
			return p.open("/licences/"+number).fill("持证单位的名称或统一社会信用代码", uscc).press("核验")
		}
		verifies(anyone).sees("有这份证照的记录，现在有效。", "来源：历史数据", "不是在这里签发的").misses("这份证照是真的")
		s.staff(t, "sunli").open("/desk/licences").fill("证照编号", number).press("查找").sees(personalUnit, "old.csv", "导入批次")

		owner.open("/my/licences").sees(number, "来源：历史数据", "现在可以办理延续").misses("出示二维码").press("办理延续")
		owner.choose("我是法定代表人或者负责人").fill("办理人姓名", "阿卜杜拉·㛃").fill("办理人手机号", ownerMobile).press("保存并继续")
		s.wait(t, "1m") // between two codes to one number
		owner.verifyNumber(ownerMobile)
		home := owner.home()
		owner.open(home+"/form/held").holds("食品经营许可证编号", number)
		owner.open(home+"/form/site").holds("经营场所地址", "老街 21 号一楼")
		owner.open(home+"/form/renew").choose("否", "经营条件有变化吗？").press("保存并继续")
		owner.choose("我单位填写的内容").press("保存并继续").at("/check$").sees(number, personalUnit)
		owner.submit("提交申请").sees("待受理")

		officer := s.staff(t, "liumin").open("/desk").press(personalUnit).sees(number).judgeRight().press("受理").sees("审查中")
		officer.press("提请决定").choose("准予", "建议").fill("审查情况和理由", "条件没有变化").press("提请决定").sees("待决定")
		s.staff(t, "hejun").open("/desk").press(personalUnit).press("准予延续").sees("准予延续")
		s.sms(t, ownerMobile, number)

		owner.open("/my/licences").sees(number, "出示二维码").press("出示二维码")
		code := regexp.MustCompile(`/v/[^#]+`).FindString(owner.scan())
		certificate := owner.download("/licences/" + number + "/pdf")
		anyone.open(code).sees("这份证照是真的，现在有效。", "历史数据导入", "延续")
		verifies(anyone).sees("这份证照是真的，现在有效。", "来源")
		anyone.open("/licences").chooseFile("证照的 PDF 文件", certificate).press("核验文件或内容").sees("现在有效", personalUnit, "盖章以后没有改动")
	}, "--at", at.Format("2006-01-02")+"T09:00")
}
