package facecloud

import (
	"encoding/json"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"time"

	"wangban/simulators/rpc"
)

var (
	orderNo  = regexp.MustCompile(`^[A-Za-z0-9]{1,32}$`)
	idNumber = regexp.MustCompile(`^[1-9][0-9]{16}[0-9X]$`)
)

// begin is InitFaceVerify.
func (c *Cloud) begin(q url.Values, settings Settings, base string) any {
	for _, name := range []string{"OuterOrderNo", "ProductCode", "CertType", "CertName", "CertNo", "ReturnUrl"} {
		if q.Get(name) == "" {
			return failure("400", "参数不能为空")
		}
	}
	callback := q.Get("CallbackUrl")
	if !orderNo.MatchString(q.Get("OuterOrderNo")) || q.Get("ProductCode") != "ID_PRO" ||
		q.Get("CertType") != "IDENTITY_CARD" || !idNumber.MatchString(q.Get("CertNo")) || !webAddress(q.Get("ReturnUrl")) ||
		callback != "" && !callable(callback) {
		return failure("401", "参数非法")
	}
	now := c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if code, message := c.barred(q.Get("CertNo"), settings, now); code != "" {
		return failure(code, message)
	}
	s := &Session{CertifyID: "sha" + rpc.NewID(16)[3:], OrderNo: q.Get("OuterOrderNo"), Name: q.Get("CertName"),
		IDNumber: q.Get("CertNo"), ReturnURL: q.Get("ReturnUrl"), Callback: callback, Token: q.Get("CallbackToken"),
		Elder: q.Get("SuitableType") == "1", Begun: now, State: Open}
	c.sessions = append(c.sessions, s)
	if len(c.sessions) > keep {
		c.sessions = slices.Clone(c.sessions[len(c.sessions)-keep:])
	}
	result := map[string]string{"CertifyId": s.CertifyID}
	// The company gives no address when the page's script did not describe the device; it does not call that a fault.
	var meta map[string]any
	if err := json.Unmarshal([]byte(q.Get("MetaInfo")), &meta); err == nil && len(meta) > 0 {
		result["CertifyUrl"] = base + "/verify/" + s.CertifyID
	}
	return success(result)
}

// barred says why a card may not be tried now: its person is not in the base (after 201, 202, 203), or failed too
// often today. Callers hold mu.
func (c *Cloud) barred(number string, settings Settings, now time.Time) (code, message string) {
	failures := 0
	for _, s := range c.sessions {
		if s.IDNumber != number || s.State != Finished || now.Sub(s.FinishedAt) >= 24*time.Hour {
			continue
		}
		switch s.SubCode {
		case "200":
		case "201", "202", "203":
			return "417", "无法使用刷脸服务"
		default:
			failures++
		}
	}
	if settings.FailuresPerDay > 0 && failures >= settings.FailuresPerDay {
		return "418", "刷脸失败次数过多"
	}
	return "", ""
}

// describe is DescribeFaceVerify.
func (c *Cloud) describe(id string) any {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.find(id)
	switch {
	case id == "":
		return failure("400", "参数不能为空")
	case s == nil:
		return failure("406", "无效的CertifyId")
	case s.State != Finished:
		return failure("424", "身份认证记录不存在")
	}
	passed, attack, score := "F", "F", 31.7
	switch s.SubCode {
	case "200":
		passed, score = "T", 93.6
	case "205":
		attack, score = "T", 88.2
	}
	front := map[string]any{"faceAttackScore": map[string]float64{"F": 0.0001, "T": 0.9731}[attack], "qualityScore": 88.5,
		"ossBucketName": "simulator", "ossObjectName": "verify/" + s.CertifyID + ".jpeg", "pictureUrl": "https://simulator.invalid/" + s.CertifyID + ".jpeg"}
	if s.SubCode == "200" || s.SubCode == "204" || s.SubCode == "205" {
		front["verifyScore"] = score
	}
	material, err := json.Marshal(map[string]any{"faceAttack": attack, "faceOcclusion": "F", "facialPictureFront": front})
	if err != nil {
		return failure("500", "系统错误")
	}
	return success(map[string]any{"Passed": passed, "SubCode": s.SubCode, "IdentityInfo": nil, "DeviceToken": "",
		"DeviceRisk": "", "MaterialInfo": string(material)})
}

func success(result any) map[string]any {
	return map[string]any{"Code": "200", "Message": "success", "RequestId": rpc.NewID(16), "ResultObject": result}
}

func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

// callable is stricter, as the company is: https, and http only to the own machine, where demos and tests run.
func callable(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return false
	}
	address, err := netip.ParseAddr(u.Hostname())
	own := u.Hostname() == "localhost" || err == nil && address.IsLoopback()
	return u.Scheme == "https" || u.Scheme == "http" && own
}
