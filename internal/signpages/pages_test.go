package signpages_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/material"
	"wangban/internal/signing/face"
	"wangban/internal/signing/signingtest"
	"wangban/simulators/facecloud"
)

// From the link to the signed letter, as the legal representative sees it.
// covers: T7, T9, C-01, R-064, R-066, R-068, R-071
func TestSigning(t *testing.T) {
	h := open(t, false)
	c := h.Apply("agent", nil)
	phone := h.as("phone", c)
	phone.get("").is(http.StatusOK, "王*", "舒城县龙舒茶业有限公司", "法定代表人授权委托书", "2020年9月6日 09:00", "138****8000", "同等的法律效力",
		"打开的记录：0 次", `data-wb-opened="`+phone.link+`/opened"`).lacks("龚䶮", "王𠅤", "342425", "拒绝签名</a>")
	if len(h.Codes) != 0 {
		t.Fatal("opening the page has sent a code")
	}
	if p := phone.proveNumber(); p.path != phone.link {
		t.Errorf("led to %s", p.path)
	}
	phone.get("").is(http.StatusOK, "照片只作留存，由工作人员核对，不是人脸比对", `capture="user"`, "单独同意", "我同意拍摄并保存我的面部照片", "带身份证原件到受理单位的窗口", "打开的记录：1 次", "就是这台").
		lacks("开始刷脸核验")
	p := phone.photograph()
	p.is(http.StatusOK, "<h3>法定代表人授权委托书</h3>", "现委托王𠅤代为办理本单位", "342425197803120008", "内容摘要（SHA-256）", "受托人无权转委托",
		`<a href="`+phone.link+`/page/1.png" target="_blank"`)
	p.is(http.StatusOK, phone.link+"/page/1.png", phone.link+"/page/2.png", "龚䶮", "我已看过", "<canvas", "不方便手写")
	p = phone.post("/sign", p.fill(url.Values{"agree": {"yes"}, "drawing": {drawing()}})).
		is(http.StatusOK, "您已签好", "接下来", "下载签好的文件", "2020年9月4日")
	if p.path != phone.link || c.State().Stage != "review" || h.Sealed[0].Drawing == nil {
		t.Errorf("%s, %s", p.path, c.State().Stage)
	}
	phone.get("").is(http.StatusOK, "您已签好")
	if p := phone.get("/signed").is(http.StatusOK, " signed"); !strings.HasPrefix(p.header.Get("Content-Disposition"), "attachment") || p.header.Get("Content-Type") != "application/pdf" {
		t.Errorf("sent with %v", p.header)
	}
	// everybody else with the link learns that it is signed, and no more
	for _, who := range []string{"stranger", "agent", ""} {
		other := h.as(who, c)
		other.link = phone.link
		other.get("").is(http.StatusOK, "已经签好").lacks("下载签好的文件", "龚䶮", "舒城县龙舒茶业有限公司")
		other.get("/signed").is(http.StatusNotFound)
		other.get("/letter").is(http.StatusNotFound)
		other.get("/page/1.png").is(http.StatusNotFound)
	}
}

// The form sent twice signs once.
// covers: C-01
func TestSentTwice(t *testing.T) {
	h := open(t, false)
	phone := h.as("phone", h.Apply("agent", nil))
	form := phone.prove().fill(url.Values{"agree": {"yes"}, "name": {"龚䶮"}})
	phone.post("/sign", form).is(http.StatusOK, "您已签好")
	phone.post("/sign", form).is(http.StatusOK, "您已签好")
	form.Set("key", "another")
	phone.post("/sign", form).is(http.StatusOK, "您已签好")
	if len(h.Sealed) != 1 || h.Messages()["signed"] != 1 {
		t.Errorf("sealed %d, told %v", len(h.Sealed), h.Messages())
	}
}

// What is wrong stands beside its field; what was typed stays.
func TestSignedWrongly(t *testing.T) {
	h := open(t, false)
	phone := h.as("phone", h.Apply("agent", nil))
	p := phone.prove()
	phone.post("/sign", p.fill(url.Values{"name": {"龚䶮"}})).
		is(http.StatusUnprocessableEntity, "还没有勾选", `href="#agree"`, `value="龚䶮"`, "错误：", "/page/2.png")
	phone.post("/sign", p.fill(url.Values{"agree": {"yes"}})).
		is(http.StatusUnprocessableEntity, "没有收到签名", `href="#drawing"`, `value="yes" checked`)
	phone.post("/sign", p.fill(url.Values{"agree": {"yes"}, "name": {"王五"}})).
		is(http.StatusUnprocessableEntity, "姓名和文件上的签名人不一样", `href="#name"`, `value="王五"`, `aria-invalid="true"`)
	phone.post("/sign", p.fill(url.Values{"agree": {"yes"}, "drawing": {"data:image/png;base64,AAAA"}})).
		is(http.StatusUnprocessableEntity, "没有收全签名的图像")
	form := p.fill(url.Values{"agree": {"yes"}, "name": {"龚䶮"}})
	form.Set("digest", "of another letter")
	phone.post("/sign", form).is(http.StatusUnprocessableEntity, "文件内容在您打开之后有变动").lacks(`value="yes" checked`)
	if len(h.Sealed) != 1 { // only the last got as far as the door
		t.Errorf("sealed %d", len(h.Sealed))
	}
	phone.get("/sign").is(http.StatusOK, "您要签的是") // loading a page again that was an answer
}

// covers: C-03
func TestCode(t *testing.T) {
	h := open(t, false)
	phone := h.as("phone", h.Apply("agent", nil))
	phone.post("/code/check", url.Values{"code": {"123456"}}).is(http.StatusUnprocessableEntity, "验证码不对", `aria-invalid="true"`)
	phone.post("/code", nil).is(http.StatusOK, "再发一次")
	phone.post("/code", url.Values{"again": {"yes"}}).is(http.StatusTooManyRequests, "刚刚发过验证码，60 秒后可以再发", "短信验证码")
	phone.post("/code", nil).is(http.StatusTooManyRequests, "刚刚发过验证码", "发送验证码")
	wrong := "000000"
	if h.Codes[signingtest.RepMobile] == wrong {
		wrong = "000001"
	}
	phone.post("/code/check", url.Values{"code": {wrong}}).is(http.StatusUnprocessableEntity, "还可以试 4 次", "错误：")
	phone.get("/code/check").is(http.StatusOK, "有一份文件等您签名")
	phone.post("/code/check", url.Values{"code": {h.Codes[signingtest.RepMobile]}}).is(http.StatusOK, "确认是您本人")
	phone.get("/code").is(http.StatusOK, "确认是您本人")
	phone.post("/code", nil).is(http.StatusOK, "确认是您本人")
}

// Nobody gets the letter without proof, on any way in.
// covers: C-03, R-064
func TestLetterOnlyWithProof(t *testing.T) {
	h := open(t, false)
	c := h.Apply("agent", nil)
	phone := h.as("phone", c)
	nothing := func(who *browser) {
		t.Helper()
		for _, path := range []string{"/page/1.png", "/page/2.png", "/letter", "/signed"} {
			who.get(path).is(http.StatusNotFound).lacks("%PDF", "PNG")
		}
	}
	nothing(phone)
	phone.post("/sign", url.Values{"key": {"k"}, "agree": {"yes"}, "name": {"龚䶮"}}).is(http.StatusOK, "有一份文件等您签名")
	phone.photograph().is(http.StatusOK, "有一份文件等您签名")
	phone.proveNumber()
	nothing(phone)
	phone.post("/sign", url.Values{"key": {"k"}, "agree": {"yes"}, "name": {"龚䶮"}}).is(http.StatusOK, "确认是您本人")
	phone.uploadWith(signingtest.Drawing(80, 60), "").is(http.StatusUnprocessableEntity, "还没有勾选同意", `href="#picture-consent"`).lacks("checked")
	phone.upload(nil).is(http.StatusUnprocessableEntity, "没有收到照片", `href="#picture"`)
	phone.upload([]byte("not a picture")).is(http.StatusUnprocessableEntity, "收到的不是照片")
	h.OnPicture = func() error {
		return &material.Refusal{Code: material.CodeDamaged, Text: "这张图片打不开。重新拍一张。"}
	}
	phone.photograph().is(http.StatusUnprocessableEntity, "这张图片打不开", `href="#picture"`)
	h.OnPicture = nil
	phone.upload(make([]byte, 11<<20)).is(http.StatusUnprocessableEntity, "照片太大，上限 10 MB")
	phone.upload(make([]byte, 13<<20)).is(http.StatusRequestEntityTooLarge)
	phone.photograph().is(http.StatusOK, "您要签的是")
	p := phone.get("/page/1.png").is(http.StatusOK)
	if p.header.Get("Content-Type") != "image/png" || p.header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("sent with %v", p.header)
	}
	phone.get("/letter").is(http.StatusOK, "%PDF")
	for _, none := range []string{"/page/0.png", "/page/3.png", "/page/1", "/page/x.png", "/page/-1.png"} {
		phone.get(none).is(http.StatusNotFound)
	}
	if h.drawn != 1 {
		t.Errorf("the letter was drawn %d times", h.drawn)
	}
	nothing(h.as("stranger", c))
	nothing(h.as("agent", c))
	h.Wait(30 * time.Minute)
	nothing(phone)
	phone.get("").is(http.StatusOK, "有一份文件等您签名")
}

// Without pictures there is still the document.
func TestNoPictures(t *testing.T) {
	h := open(t, false)
	h.broken = true
	phone := h.as("phone", h.Apply("agent", nil))
	phone.prove().is(http.StatusOK, "打开下面的 PDF 看。", "王𠅤代为办理").lacks("/page/1.png")
	if !strings.Contains(h.log.String(), "no engine") {
		t.Error("the operator is not told")
	}
}

// covers: R-071, C-03
func TestAgentsDevice(t *testing.T) {
	h := open(t, false)
	c := h.Apply("agent", nil)
	agent := h.as("agent", c)
	link := "https://wb.example.cn/s/" + c.Token()
	agent.get("").is(http.StatusForbidden, "这台设备不能代签", link, "签名网址的二维码").lacks("发送验证码", "138")
	agent.post("/code", nil).is(http.StatusForbidden, "这台设备不能代签")
	agent.post("/code/check", url.Values{"code": {"1"}}).is(http.StatusForbidden)
	agent.post("/picture", nil).is(http.StatusForbidden)
	agent.post("/sign", url.Values{"key": {"k"}, "agree": {"yes"}, "name": {"龚䶮"}}).is(http.StatusForbidden)
	agent.post("/refuse", url.Values{"key": {"k"}, "confirm": {"yes"}}).is(http.StatusForbidden)
	agent.post("/opened", nil).is(http.StatusNoContent)
	if len(h.Codes) != 0 || c.State().Stage != "signing" {
		t.Error("something happened")
	}
	h.as("phone", c).get("").is(http.StatusOK, "代理人的设备", "打开的记录：1 次")
}

// Every way in which a link ends has its own words.
// covers: C-02, C-04, C-08, C-09, T10, T11, T14, R-072
func TestDeadLinks(t *testing.T) {
	for name, row := range map[string]struct {
		end  func(h *house, c *signingtest.Case, phone *browser)
		says string
		last bool // nothing comes after it
	}{
		"lapsed":   {func(h *house, _ *signingtest.Case, _ *browser) { h.Wait(48 * time.Hour) }, "签名的时间已经过了", false},
		"recalled": {func(_ *house, c *signingtest.Case, _ *browser) { c.Do("recall", casework.Data{}) }, "代理人已经取消提交", false},
		"refused": {func(_ *house, _ *signingtest.Case, phone *browser) {
			phone.proveNumber()
			p := phone.get("/refuse").is(http.StatusOK, "不认识这位代理人")
			p = phone.post("/refuse", p.fill(nil))
			phone.post("/refuse", p.fill(url.Values{"confirm": {"yes"}})).is(http.StatusGone, "这次签名已经被拒绝")
		}, "这次签名已经被拒绝", false},
		"closed": {func(h *house, c *signingtest.Case, _ *browser) {
			_, err := h.Door.Do(t.Context(), c.ID, casework.Input{Act: "supersede", Key: "s", Actor: casework.Actor{Kind: casework.System, ID: "casework"}})
			h.Must(err)
		}, "这件申请已经结束", true},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t, false)
			c := h.Apply("agent", nil)
			phone := h.as("phone", c)
			row.end(h, c, phone)
			phone.get("").is(http.StatusGone, row.says, "失效时间").lacks("发送验证码")
			for _, path := range []string{"/code", "/code/check", "/picture", "/face", "/sign", "/refuse"} {
				phone.post(path, url.Values{"key": {"k"}}).is(http.StatusGone, row.says)
			}
			phone.get("/code").is(http.StatusGone)
			phone.get("/letter").is(http.StatusNotFound)
			if row.last {
				return
			}
			again := "resubmit"
			if c.State().Stage == "draft" {
				again = "submit"
			}
			c.Do(again, casework.Data{})
			phone.get("").is(http.StatusGone, "链接已失效", "最新短信里的链接")
		})
	}
}

// The message with words right behind the address leads there all the same.
func TestWordsBehindTheLink(t *testing.T) {
	h := open(t, false)
	phone := h.as("phone", h.Apply("agent", nil))
	if p := phone.get(url.PathEscape("刷脸签署授权委托书。")).is(http.StatusOK, "有一份文件等您签名"); p.path != phone.link {
		t.Errorf("led to %s", p.path)
	}
	told := h.Told()[0]
	if link := "https://wb.example.cn" + phone.link; !strings.Contains(told.Text, " "+link+" ") {
		t.Errorf("the message says %s", told.Text)
	}
}

// Whoever has the wrong number is not told to wait for a message that goes to
// another one.
// covers: C-02, C-09
func TestLinkOfTheWrongNumber(t *testing.T) {
	for _, end := range []string{"recalled", "lapsed"} {
		t.Run(end, func(t *testing.T) {
			h := open(t, false)
			c := h.Apply("agent", nil)
			wrong := h.as("wrong", c)
			back := "recall"
			if end == "lapsed" {
				h.Wait(48 * time.Hour)
				back = "back"
			}
			c.Do(back, casework.Data{})
			c.Do(casework.ActSave, casework.Data{Values: form.Values{"rep.mobile": "13700137000"}})
			c.Do("submit", casework.Data{})
			wrong.get("").is(http.StatusGone, "代理人取消了提交", "这个链接不用再理会").lacks("最新短信")
			wrong.post("/code", nil).is(http.StatusGone, "这个链接不用再理会")
			h.as("right", c).get("").is(http.StatusOK, "137****7000")
			c.Do("recall", casework.Data{})
			c.Do(casework.ActSave, casework.Data{Values: form.Values{"rep.mobile": signingtest.RepMobile}})
			c.Do("submit", casework.Data{})
			wrong.get("").is(http.StatusGone, "最新短信里的链接") // it was the right one after all
		})
	}
}

func TestNoSuchLink(t *testing.T) {
	h := open(t, false)
	stranger := h.as("phone", h.Apply("agent", nil))
	stranger.link = "/s/000000000000"
	stranger.get("").is(http.StatusNotFound, "没有这个签名链接")
	for _, path := range []string{"/code", "/code/check", "/picture", "/face", "/sign", "/refuse"} {
		stranger.post(path, url.Values{"confirm": {"yes"}}).is(http.StatusNotFound)
	}
	stranger.post("/opened", nil).is(http.StatusNoContent)
	for _, path := range []string{"/letter", "/page/1.png", "/signed", "/face"} {
		stranger.get(path).is(http.StatusNotFound)
	}
}

// covers: T10, R-072
func TestRefusing(t *testing.T) {
	h := open(t, false)
	c := h.Apply("agent", nil)
	phone := h.as("phone", c)
	phone.get("/refuse").is(http.StatusOK, "有一份文件等您签名") // the number first
	phone.proveNumber()
	p := phone.get("/refuse").is(http.StatusOK, "不认识这位代理人", "委托书内容不对", "代理人会看到")
	p = phone.post("/refuse", p.fill(url.Values{"reason": {"UNKNOWN_AGENT", "WRONG_FACTS"}, "note": {"没委托过<他>"}})).
		is(http.StatusOK, "确认拒绝签名", "不认识这位代理人、委托书内容不对", "没委托过&lt;他&gt;")
	if c.State().Stage != "signing" {
		t.Fatal("refused without being asked once more")
	}
	form := p.fill(nil)
	form.Set("note", "没委托过<他>") // as the browser reads it
	back := url.Values{"back": {"yes"}}
	for name, v := range form {
		back[name] = v
	}
	phone.post("/refuse", back).is(http.StatusOK, `value="UNKNOWN_AGENT" checked`, `value="WRONG_FACTS" checked`, "没委托过&lt;他&gt;</textarea>")
	form.Set("confirm", "yes")
	long := url.Values{"note": {strings.Repeat("长", 501)}, "confirm": {"yes"}, "key": {"k"}}
	phone.post("/refuse", long).is(http.StatusUnprocessableEntity, "说明最多 500 个字", `href="#note"`, strings.Repeat("长", 501))
	phone.post("/refuse", url.Values{"reason": {"NONE"}, "note": {"留下"}, "confirm": {"yes"}, "key": {"k"}}).is(http.StatusUnprocessableEntity, "不在清单里", "留下</textarea>")
	phone.post("/refuse", form).is(http.StatusGone, "这次签名已经被拒绝")
	phone.post("/refuse", form).is(http.StatusGone)
	s := c.State()
	if s.Stage != "sign_refused" || s.Return.Text != "没委托过<他>" || len(s.Return.Reasons) != 2 || h.Messages()["sign-refused"] != 1 {
		t.Errorf("%s, %+v, told %v", s.Stage, s.Return, h.Messages())
	}
}

// covers: C-11, R-076
func TestWhatElseTheSignerIsTold(t *testing.T) {
	h := open(t, false)
	c := h.Apply("agent", nil)
	h.Apply("agent2", form.Values{"agent.name": "李雷", "agent.id_no": "341523198512319996", "agent.mobile": "16612345678"})
	phone := h.as("phone", c)
	phone.get("").is(http.StatusOK).lacks("李*", "李雷", "王𠅤")
	phone.proveNumber().is(http.StatusOK, "请您签名的是代理人王𠅤，手机 159****5678", "还有别人在等您签", "代理人李雷，手机 166****5678，2020年9月4日 09:00 提交").lacks("15912345678", "16612345678")
	p := phone.photograph()
	phone.post("/sign", p.fill(url.Values{"agree": {"yes"}, "name": {"龚䶮"}})).is(http.StatusOK, "您已签好")
	c.Do("withdraw", casework.Data{})
	c.Do(casework.ActSave, casework.Data{Values: form.Values{"unit.name": "舒城县龙舒茶叶有限公司"}})
	c.Do("submit", casework.Data{})
	h.Wait(time.Minute)
	h.as("phone", c).proveNumber().is(http.StatusOK, "您上次签名之后改了：单位名称。")
}

// The verification company over its socket: there, back, and every word of it.
// covers: R-064, T8, C-03
func TestFace(t *testing.T) {
	h := open(t, true)
	c := h.Apply("agent", nil)
	phone := h.as("phone", c)
	phone.proveNumber().is(http.StatusOK, "开始刷脸核验", "拍照留存", "带身份证原件到受理单位的窗口")
	phone.get("/face").is(http.StatusOK, "确认是您本人") // back from nowhere
	choose := func(choice string) page {
		t.Helper()
		p := phone.post("/face", url.Values{"consent": {"yes"}}).is(http.StatusOK, "前往核验服务")
		_, address, _ := strings.Cut(p.header.Get("Refresh"), "url=")
		if !strings.Contains(p.body, `href="`+address+`"`) {
			t.Fatalf("the page does not lead to %s", address)
		}
		answer, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).
			PostForm(address, url.Values{"choice": {choice}})
		h.Must(err)
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
		back, err := answer.Location()
		h.Must(err)
		return phone.read(phone.client.Get(back.String()))
	}
	phone.post("/face", nil).is(http.StatusUnprocessableEntity, "还没有勾选同意", `href="#face-consent"`)
	choose("cancel").is(http.StatusOK, "核验没有做完就退出了", "开始刷脸核验")
	choose("time-out").is(http.StatusOK, "还没有收到核验结果")
	for range 4 {
		choose("other-person").is(http.StatusOK, "没有对上", "错误：")
	}
	choose("pass").is(http.StatusOK, "您要签的是")
	phone.get("/face").is(http.StatusOK, "您要签的是")
	h.Wait(30 * time.Minute)
	phone.proveNumber()
	choose("other-person").is(http.StatusOK, "没有对上")
	phone.post("/face", nil).is(http.StatusTooManyRequests, "今天身份核验没有通过的次数已到上限")
	phone.photograph().is(http.StatusTooManyRequests, "今天身份核验没有通过的次数已到上限")
}

// Who cannot show a face goes to the counter: an officer's word opens the way
// to the document for half an hour, on whatever device has the code.
// covers: C-25, R-064
func TestCounter(t *testing.T) {
	h := open(t, false)
	c := h.Apply("agent", nil)
	phone := h.as("phone", c)
	phone.proveNumber().is(http.StatusOK, "不方便用手机确认", c.State().Number, "改选纸质委托书", "已经在窗口核对过")
	c.Vouch()
	phone.get("").is(http.StatusOK, "您要签的是《法定代表人授权委托书》")
	h.Wait(30 * time.Minute)
	phone.get("").is(http.StatusOK, "有一份文件等您签名")
	h.Wait(time.Minute)
	phone.proveNumber() // the word is too old by now
	c.Vouch()
	p := phone.get("").is(http.StatusOK, "您要签的是")
	h.as("stranger", c).get("").is(http.StatusOK, "有一份文件等您签名") // the number is still to be proven
	phone.post("/sign", p.fill(url.Values{"agree": {"yes"}, "name": {"龚䶮"}})).is(http.StatusOK, "您已签好", "下载签好的文件")
	phone.get("/signed").is(http.StatusOK, " signed")
	sig := c.State().Signature
	if len(sig.Proofs) != 2 || sig.Proofs[1].Method != "counter" || sig.Proofs[1].Voucher().Name != "陈䶮" || c.State().Vouched != nil {
		t.Errorf("signed with %+v", sig.Proofs)
	}
	if l := h.Sealed[0]; l.Method != face.Counter || l.Facts["窗口核验人"] != "陈䶮" || !strings.Contains(l.Facts["身份核验方式"], "窗口核验") {
		t.Errorf("the letter says %v", l.Facts)
	}
}

// When the company is out of order, the person is told and the operator too.
func TestFaceOutOfOrder(t *testing.T) {
	h := open(t, true)
	phone := h.as("phone", h.Apply("agent", nil))
	phone.proveNumber()
	h.cloud.Set(func(s *facecloud.Settings) { s.Down = 1 })
	phone.post("/face", url.Values{"consent": {"yes"}}).is(http.StatusUnprocessableEntity, "暂时用不了，不是您的原因", "拍照留存")
	if !strings.Contains(h.log.String(), "face verification") || strings.Contains(h.log.String(), "342425") {
		t.Errorf("the log says %s", h.log.String())
	}
}

// Fetching the page, as chat programs do for previews, is no opening and
// changes nothing.
// covers: T7, C-03
func TestPreviewsDoNotCount(t *testing.T) {
	h := open(t, false)
	c := h.Apply("agent", nil)
	before := c.State().Version
	for _, path := range []string{"", "/code", "/refuse", "/letter", "/page/1.png", "/face", "/signed", "/sign", "/picture", "/code/check"} {
		h.as("preview", c).get(path)
	}
	phone := h.as("phone", c)
	phone.get("").is(http.StatusOK, "打开的记录：0 次")
	phone.post("/opened", nil).is(http.StatusNoContent)
	phone.get("").is(http.StatusOK, "打开的记录：1 次", "就是这台")
	if after := c.State().Version; after != before || len(h.Codes) != 0 {
		t.Errorf("version %d became %d", before, after)
	}
}

func TestEnglishPages(t *testing.T) {
	h := open(t, false)
	phone := h.as("phone", h.Apply("agent", nil))
	answer, err := phone.client.PostForm(h.server.URL+"/display", url.Values{"set": {"en"}, "back": {phone.link}})
	p := phone.read(answer, err).is(http.StatusOK, "A document awaits your signature", "Send the code")
	if p.path != phone.link {
		t.Errorf("led to %s", p.path)
	}
	phone.post("/code", nil).is(http.StatusOK, "A code has been sent to the registered number 138****8000")
}

// What the openings list says of a device is its kind and no more.
func TestDeviceKinds(t *testing.T) {
	h := open(t, false)
	c := h.Apply("agent", nil)
	for agent, kind := range map[string]string{
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile MicroMessenger/8.0": "苹果手机上的微信",
		"Mozilla/5.0 (Linux; Android 13; V2241A) Chrome/116 Mobile Safari/537.36 MicroMessenger/8.0":            "安卓手机上的微信",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1":                                   "苹果手机",
		"Mozilla/5.0 (Linux; Android 12; ABC-1) Chrome/110 Mobile Safari/537.36":                                "安卓手机",
		"Mozilla/5.0 (Linux; Android 12; PAD-1) Chrome/110 Safari/537.36":                                       "平板",
		"Mozilla/5.0 (Phone; OpenHarmony 5.0) ArkWeb/4.1":                                                       "鸿蒙设备",
		"Mozilla/5.0 (Phone; OpenHarmony 5.0) ArkWeb/4.1 MicroMessenger/8.0":                                    "鸿蒙手机上的微信",
		"Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/90":                                                        "电脑",
		"Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/90 MicroMessenger/7.0":                                     "电脑上的微信",
		"": "其他设备",
	} {
		phone := h.as(url.QueryEscape(kind), c)
		request := httptest.NewRequest(http.MethodPost, h.server.URL+phone.link+"/opened", nil)
		request.RequestURI = ""
		request.Header.Set("User-Agent", agent)
		phone.read(phone.client.Do(request)).is(http.StatusNoContent)
		if p := phone.get(""); !strings.Contains(p.body, "· "+kind) {
			t.Errorf("%q is not shown as %s", agent, kind)
		}
	}
}
