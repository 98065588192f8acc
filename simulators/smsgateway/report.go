package smsgateway

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"wangban/simulators/fault"
)

// tries is how often a report is pushed before the gateway gives up.
const tries = 4

var china = time.FixedZone("CST", 8*3600)

// report pushes what became of a message, later. Callers hold mu.
func (g *Gateway) report(m *Message) {
	s := &g.settings
	url := s.AliyunReportURL
	if m.Shape == "tencent" {
		url = s.TencentReportURL
	}
	if url == "" || g.stop.Err() != nil {
		return
	}
	m.Report = "WAITING"
	code, bad := s.Undeliverable[m.To]
	entry := reportEntry(*m, m.At.Add(s.ReportDelay), !bad, code)
	body, err := json.Marshal([]any{entry})
	if err != nil {
		return
	}
	delay, pause, twice := s.ReportDelay, s.RetryPause, s.RepeatCallback
	if pause <= 0 {
		pause = 2 * time.Second
	}
	g.pushes.Go(func() {
		fault.Sleep(g.stop, delay)
		outcome := "GIVEN UP"
		for n := range tries {
			if n > 0 {
				fault.Sleep(g.stop, pause)
			}
			if g.push(url, body) {
				outcome = "TAKEN"
				break
			}
		}
		if twice && outcome == "TAKEN" {
			g.push(url, body)
		}
		g.mu.Lock()
		m.Report = outcome
		g.mu.Unlock()
	})
}

// push sends one batch; the receiver must answer with code (Aliyun) or result (Tencent) zero.
func (g *Gateway) push(url string, body []byte) bool {
	req, err := http.NewRequestWithContext(g.stop, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := g.http.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if err != nil || resp.StatusCode != http.StatusOK {
		return false
	}
	var said struct{ Code, Result *int }
	if err := json.Unmarshal(answer, &said); err != nil {
		return false
	}
	return said.Code != nil && *said.Code == 0 || said.Result != nil && *said.Result == 0
}

func reportEntry(m Message, at time.Time, delivered bool, code string) any {
	words := "用户接收成功"
	if !delivered {
		words = "未送达"
	}
	when := at.In(china).Format(time.DateTime)
	if m.Shape == "tencent" {
		status := "SUCCESS"
		if delivered {
			code = "DELIVRD"
		} else {
			status = "FAIL"
		}
		return map[string]string{"user_receive_time": when, "nationcode": "86", "mobile": m.To, "report_status": status,
			"errmsg": code, "description": words, "sid": m.ProviderID}
	}
	if delivered {
		code = "DELIVERED"
	}
	return map[string]any{"phone_number": m.To, "send_time": m.At.In(china).Format(time.DateTime), "report_time": when,
		"success": delivered, "err_code": code, "err_msg": words, "sms_size": "1", "biz_id": m.ProviderID, "out_id": m.OutID}
}
