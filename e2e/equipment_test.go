package e2e

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"
)

// A property manager puts three lifts into the spreadsheet; each gets a number
// and a certificate of its own.
//
func TestLiftsBySpreadsheet(t *testing.T) {
	everywhere(t, func(t *testing.T, s *stage, w window) {
		if w.phone {
			w = narrow
		}
		manager := s.visitor(t, "manager", w).begin("lifts")
		manager.open(manager.home() + "/form/equipment").sees("已添加 12 条")
		manager.open(manager.home()+"/form/equipment/equipment/sheet").sees("下载模板", "已经填了 12 条")
		manager.choose("代替已经填的").chooseFile("填好的表格", manager.lifts(3, "")).press("上传").sees("收下了 3 条", "3 条要改", "设备使用地点")
		manager.press("再传一个表格").choose("代替已经填的").chooseFile("填好的表格", manager.lifts(3, "城关镇梅河路 128 号万佛花园")).press("上传").sees("收下了 3 条，都填对了。")
		manager.press("看全部，接着填").sees("已添加 3 条", "4 号楼 3 号梯")
		manager.open(manager.home() + "/check").submit("提交申请").sees("待受理")

		officer := s.staff(t, "liumin").open("/desk").press(agentUnit).codesInOneLine()
		officer.judgeRight().press("受理")
		officer.sees("审查中").press("准予登记").sees("已登记")
		s.sms(t, cookMobile, "已办好")
		manager.open("/my").press(agentUnit).sees("共 3 份", "梯11皖N00001(26)", "梯11皖N00003(26)")
		manager.open("/my/licences").sees("梯11皖N00001(26)", "梯11皖N00003(26)").press("特种设备使用登记证", "4 号楼 3 号梯").sees("现在有效", "梯11皖N00003(26)", "4 号楼 3 号梯")
	})
}

// codesInOneLine makes sure that at 1280 pixels, with three panes beside each
// other, unified social credit codes are not broken where officers compare them.
func (p *person) codesInOneLine() *person {
	p.t.Helper()
	p.run(chromedp.EmulateViewport(1280, 800))
	p.do("find codes in one line", `
		const texts = document.createTreeWalker(document.querySelector(".wb-answers"), NodeFilter.SHOW_TEXT);
		let n = 0;
		while (texts.nextNode()) {
			if (!/^\s*9\d{7}[0-9A-Z]{10}\s*$/.test(texts.currentNode.data)) continue;
			n++;
			const range = document.createRange();
			range.selectNodeContents(texts.currentNode);
			const lines = new Set([...range.getClientRects()].filter(r => r.width > 0).map(r => Math.round(r.top)));
			if (lines.size > 1) return "a code is broken: " + texts.currentNode.data;
			const verdict = texts.currentNode.parentElement.closest(".wb-line")?.querySelector("label");
			if (verdict && range.getBoundingClientRect().right > verdict.getBoundingClientRect().left) return "a code runs into what is beside it";
		}
		return n >= 3 ? "" : "there are " + n + " codes";`)
	p.run(chromedp.EmulateViewport(desktop.width, desktop.height))
	return p.look()
}

// lifts is the template of the page somebody is at, filled in for so many
// lifts.
func (p *person) lifts(n int, spot string) string {
	p.t.Helper()
	text, err := eval[string](p, `fetch(document.querySelector("a[href$='/template']").href).then(r => r.arrayBuffer()).then(b => btoa(String.fromCharCode(...new Uint8Array(b))))`, chromedp.EvalAwaitPromise)
	if err != nil {
		p.fatalf("no template: %v", err)
	}
	content, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		p.fatalf("%v", err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		p.fatalf("%v", err)
	}
	defer func() { _ = book.Close() }()
	rows, err := book.GetRows("填写")
	if err != nil {
		p.fatalf("%v", err)
	}
	for i := range n {
		no := strconv.Itoa(i + 1)
		lift := map[string]string{"设备品种": "3110", "产品名称": "乘客电梯", "设备代码": "31101089020260010" + no, "产品编号": "TJ26-10" + no, "型号规格": "GPS-III 1000/1.75",
			"制造单位": "江淮电梯制造有限公司", "单位内编号": "4 号楼 " + no + " 号梯", "设备使用地点": spot, "投入使用日期": "2026-09-20", "额定速度": "1.75", "额定载重量": "1000",
			"提升高度": "52.2", "检验报告编号": "JD-2026-10" + no, "检验日期": "2026-08-28", "下次检验日期": "2027-08-27"}
		for column, head := range rows[0] {
			for label, value := range lift {
				if strings.HasPrefix(head, label) {
					cell, _ := excelize.CoordinatesToCellName(column+1, i+3)
					if err := book.SetCellStr("填写", cell, value); err != nil {
						p.fatalf("%v", err)
					}
				}
			}
		}
	}
	file := filepath.Join(p.t.TempDir(), "lifts.xlsx")
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		p.fatalf("%v", err)
	}
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		p.fatalf("%v", err)
	}
	return file
}
