package facecloud

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"wangban/simulators/fault"
	"wangban/simulators/panel"
)

//go:embed verify.html
var verifyHTML string

var verifyPage = panel.Parse(verifyHTML)

// choice is a button of the page.
type choice struct {
	Name, Label string
	state       State
	subCode     string // of Finished
	code        int    // that the browser brings back: 1000 passed, 2006 not passed, 1003 left, 2002 no network
}

var choices = []choice{
	{"pass", "核验通过：是本人", Finished, "200", 1000},
	{"other-person", "比对不一致：不是同一个人", Finished, "204", 2006},
	{"no-liveness", "没有检测到真人（照片、面具等）", Finished, "205", 2006},
	{"id-mismatch", "姓名与身份证号码不一致", Finished, "201", 2006},
	{"no-photo", "公安库中没有可用照片", Finished, "203", 2006},
	{"cancel", "取消，返回原页面", Cancelled, "", 1003},
	{"time-out", "一直不做，等到超时", TimedOut, "", 2002},
}

func (c *Cloud) showVerify(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	s := c.find(r.PathValue("id"))
	var copied Session
	usable := s != nil && s.State == Open && c.now().Sub(s.Begun) < c.settings.Life
	if usable {
		copied = *s
	}
	c.mu.Unlock()
	if !usable {
		panel.Show(w, verifyPage, http.StatusGone, map[string]any{"Gone": true})
		return
	}
	panel.Show(w, verifyPage, http.StatusOK, map[string]any{"Session": copied, "Choices": choices,
		"MaskedName": maskName(copied.Name), "MaskedNumber": maskNumber(copied.IDNumber)})
}

func (c *Cloud) choose(w http.ResponseWriter, r *http.Request) {
	form, ok := panel.Form(w, r)
	if !ok {
		return
	}
	var chosen *choice
	for i := range choices {
		if choices[i].Name == form.Get("choice") {
			chosen = &choices[i]
		}
	}
	if chosen == nil {
		http.Error(w, "没有选择结果", http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	now := c.now()
	s := c.find(r.PathValue("id"))
	if s == nil || s.State != Open || now.Sub(s.Begun) >= c.settings.Life {
		c.mu.Unlock()
		panel.Show(w, verifyPage, http.StatusGone, map[string]any{"Gone": true})
		return
	}
	s.State, s.SubCode, s.FinishedAt = chosen.state, chosen.subCode, now
	if s.State == Finished {
		c.callBack(s)
	}
	back := returnAddress(*s, chosen.code)
	c.mu.Unlock()
	http.Redirect(w, r, back, http.StatusSeeOther)
}

// returnAddress is where the browser goes, with the hint that the company's page adds.
func returnAddress(s Session, code int) string {
	u, err := url.Parse(s.ReturnURL)
	if err != nil {
		return "/"
	}
	said, err := json.Marshal(map[string]any{"code": code, "reason": "", "extInfo": map[string]string{"certifyId": s.CertifyID}})
	if err != nil {
		return "/"
	}
	q := u.Query()
	q.Set("response", string(said))
	u.RawQuery = q.Encode()
	return u.String()
}

// callBack tells the asker that there is an outcome: GET with certifyId, passed (which carries the sub-code) and the
// token, at most three times until it is answered 200. Callers hold mu.
func (c *Cloud) callBack(s *Session) {
	if s.Callback == "" || c.stop.Err() != nil {
		return
	}
	u, err := url.Parse(s.Callback)
	if err != nil {
		return
	}
	q := u.Query()
	q.Set("certifyId", s.CertifyID)
	q.Set("passed", s.SubCode)
	if c.settings.CallbackLies {
		q.Set("passed", "200")
	}
	if s.Token != "" {
		q.Set("callbackToken", s.Token)
	}
	u.RawQuery = q.Encode()
	twice, pause := c.settings.RepeatCallback, c.settings.RetryPause
	if pause <= 0 {
		pause = time.Second
	}
	c.calls.Go(func() {
		taken := false
		for n := 0; n < 3 && !taken; n++ {
			if n > 0 {
				fault.Sleep(c.stop, pause)
			}
			taken = c.call(u.String(), s)
		}
		if taken && twice {
			c.call(u.String(), s)
		}
	})
}

func (c *Cloud) call(address string, s *Session) bool {
	req, err := http.NewRequestWithContext(c.stop, http.MethodGet, address, nil)
	if err != nil {
		return false
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return false
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return false
	}
	c.mu.Lock()
	s.Calls++
	c.mu.Unlock()
	return true
}

// maskName and maskNumber show as little as the person needs to know whose check it is.
func maskName(name string) string {
	r := []rune(name)
	for i := 1; i < len(r); i++ {
		r[i] = '*'
	}
	return string(r)
}

func maskNumber(number string) string {
	if len(number) < 8 {
		return "****"
	}
	return number[:3] + "***********" + number[len(number)-4:]
}
