package face

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"wangban/internal/cloudapi"
)

// Aliyun checks by Alibaba Cloud's 金融级实人认证 in the browser (cloudauth 2019-03-07: InitFaceVerify,
// DescribeFaceVerify).
type Aliyun struct {
	api    *cloudapi.ACS3
	config Config
}

// Config holds the settings of an account and its scene.
type Config struct {
	Endpoint        string // empty: https://cloudauth.aliyuncs.com
	AccessKeyID     string // of a RAM user with AliyunAntCloudAuthFullAccess
	AccessKeySecret string
	SceneID         int64  // 认证场景, made in the provider's console
	ProductCode     string // empty: ID_PRO, comparison with the authority's photograph
	Model           string // liveness actions; empty: MULTI_ACTION, blink and shake, which also has the elder mode
	CallbackURL     string // https; empty: no callbacks. A hint: see CallbackHint
	CallbackToken   string // comes back with each callback
	// MetaInfo is sent when the browser made none because it runs no scripts. The real provider makes no page
	// address from an invented one; Start then says CodeDevice.
	MetaInfo  string
	Client    *http.Client     // nil: gives up after ten seconds
	Now       func() time.Time // the installation's clock, which a demo may move: Expires and At
	WallClock func() time.Time // real time, which signatures carry
	Random    io.Reader        // source of nonces; nil: crypto/rand
}

// sessionLife is how long the provider's page address works; it says so in its documentation, not in its answer.
const sessionLife = 30 * time.Minute

// NewAliyun checks the settings; its errors name the missing one.
func NewAliyun(c Config) (*Aliyun, error) {
	if c.Endpoint == "" {
		c.Endpoint = "https://cloudauth.aliyuncs.com"
	}
	if c.ProductCode == "" {
		c.ProductCode = "ID_PRO"
	}
	if c.Model == "" {
		c.Model = "MULTI_ACTION"
	}
	if c.SceneID <= 0 {
		return nil, errors.New("缺少认证场景编号（SceneID）")
	}
	if c.Now == nil {
		return nil, errors.New("缺少时钟（Now）")
	}
	api, err := cloudapi.NewACS3(cloudapi.ACS3Config{Endpoint: c.Endpoint, Version: "2019-03-07",
		AccessKeyID: c.AccessKeyID, AccessKeySecret: c.AccessKeySecret, Client: c.Client, Now: c.WallClock, Random: c.Random})
	if err != nil {
		return nil, err
	}
	return &Aliyun{api: api, config: c}, nil
}

var transactionID = regexp.MustCompile(`^[A-Za-z0-9]{1,32}$`)

// Start implements Verifier.
func (a *Aliyun) Start(ctx context.Context, s Subject) (Session, error) {
	if !transactionID.MatchString(s.TransactionID) {
		return Session{}, fmt.Errorf("核验流水号 %q 应为 1 到 32 个字母或数字", s.TransactionID)
	}
	meta := s.MetaInfo
	if !json.Valid([]byte(meta)) {
		meta = a.config.MetaInfo
	}
	params := url.Values{
		"SceneId":      {strconv.FormatInt(a.config.SceneID, 10)},
		"OuterOrderNo": {s.TransactionID},
		"ProductCode":  {a.config.ProductCode},
		"Model":        {a.config.Model},
		"CertType":     {"IDENTITY_CARD"},
		"CertName":     {s.Name},
		"CertNo":       {s.IDNumber},
		"ReturnUrl":    {s.ReturnURL},
		"MetaInfo":     {meta},
	}
	if a.config.CallbackURL != "" {
		params.Set("CallbackUrl", a.config.CallbackURL)
		params.Set("CallbackToken", a.config.CallbackToken)
	}
	if s.Elder {
		params.Set("SuitableType", "1")
	}
	answer, err := a.api.Call(ctx, "InitFaceVerify", params)
	if err != nil {
		return Session{}, lost(err)
	}
	session, refused := readInit(answer)
	if refused != nil {
		return Session{}, refused
	}
	session.Expires = a.config.Now().Add(sessionLife)
	return session, nil
}

// Query implements Verifier. It may be asked as often as one likes.
func (a *Aliyun) Query(ctx context.Context, providerID string) (Result, error) {
	answer, err := a.api.Call(ctx, "DescribeFaceVerify", url.Values{
		"SceneId":   {strconv.FormatInt(a.config.SceneID, 10)},
		"CertifyId": {providerID},
	})
	if err != nil {
		return Result{}, lost(err)
	}
	result, refused := readDescribe(answer)
	if refused != nil {
		return Result{}, refused
	}
	result.At = a.config.Now()
	return result, nil
}

// envelope is around every answer.
type envelope[T any] struct {
	Code         string
	ResultObject T
}

func readEnvelope[T any](a cloudapi.Answer) (e envelope[T], refused *Error) {
	if err := json.Unmarshal(a.Body, &e); err != nil || e.Code == "" {
		return e, &Error{Code: CodeSourceDown, ProviderCode: "http-" + strconv.Itoa(a.Status), Temporary: true}
	}
	return e, nil
}

// readInit reads the answer to InitFaceVerify.
func readInit(a cloudapi.Answer) (Session, *Error) {
	e, refused := readEnvelope[struct{ CertifyID, CertifyURL string }](a)
	if refused != nil {
		return Session{}, refused
	}
	if e.Code != "200" || a.Status != http.StatusOK {
		return Session{}, refusal(e.Code)
	}
	page, err := url.Parse(e.ResultObject.CertifyURL)
	if e.ResultObject.CertifyID == "" || err != nil || page.Host == "" || (page.Scheme != "https" && page.Scheme != "http") {
		return Session{}, &Error{Code: CodeDevice, ProviderCode: "no-certify-url",
			Operator: "服务方没有给出核验页面地址，多半是没有收到网页采集的 MetaInfo。"}
	}
	return Session{ProviderID: e.ResultObject.CertifyID, URL: page.String()}, nil
}

// outcome is ResultObject of DescribeFaceVerify. MaterialInfo is JSON in a string.
type outcome struct{ Passed, SubCode, MaterialInfo, DeviceRisk string }

// material is what we take of MaterialInfo; the pictures stay where they are.
type material struct {
	FaceAttack    string `json:"faceAttack"`
	FaceOcclusion string `json:"faceOcclusion"`
	Front         struct {
		VerifyScore     *float64 `json:"verifyScore"`
		FaceAttackScore *float64 `json:"faceAttackScore"`
		QualityScore    *float64 `json:"qualityScore"`
	} `json:"facialPictureFront"`
}

// readDescribe reads the answer to DescribeFaceVerify.
func readDescribe(a cloudapi.Answer) (Result, *Error) {
	e, refused := readEnvelope[outcome](a)
	if refused != nil {
		return Result{}, refused
	}
	switch {
	case e.Code == "403" || e.Code == "424":
		return Result{Pending: true, Code: CodeWaiting, ProviderCode: e.Code, Evidence: json.RawMessage(`{}`)}, nil
	case e.Code != "200" || a.Status != http.StatusOK:
		return Result{}, refusal(e.Code)
	}
	o := e.ResultObject
	if o.Passed != "T" && o.Passed != "F" {
		return Result{}, &Error{Code: CodeSourceDown, ProviderCode: "no-outcome", Temporary: true}
	}
	r := Result{Passed: o.Passed == "T", ProviderCode: o.SubCode}
	switch code, known := subCodes[o.SubCode]; {
	case r.Passed: // the provider: Passed decides, SubCode describes
		r.Code = CodePassed
	case !known || code == CodePassed:
		r.Code = CodeUnknown
	default:
		r.Code = code
	}
	var m material
	if err := json.Unmarshal([]byte(o.MaterialInfo), &m); err != nil {
		m = material{}
	}
	r.Similarity = m.Front.VerifyScore
	switch {
	case m.FaceAttack == "T" || r.Code == CodeNoLiveness:
		r.Liveness = LivenessRisk
	case m.FaceAttack == "F" || r.Passed:
		r.Liveness = LivenessOK
	}
	r.Evidence = evidence(o, m)
	return r, nil
}

// evidence keeps the facts and scores in a fixed order, and neither pictures nor where they lie.
func evidence(o outcome, m material) json.RawMessage {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(struct {
		Provider        string   `json:"provider"`
		Passed          string   `json:"passed"`
		SubCode         string   `json:"subCode"`
		VerifyScore     *float64 `json:"verifyScore,omitempty"`
		FaceAttack      string   `json:"faceAttack,omitempty"`
		FaceAttackScore *float64 `json:"faceAttackScore,omitempty"`
		FaceOcclusion   string   `json:"faceOcclusion,omitempty"`
		QualityScore    *float64 `json:"qualityScore,omitempty"`
		DeviceRisk      string   `json:"deviceRisk,omitempty"`
	}{"aliyun-cloudauth", o.Passed, o.SubCode, m.Front.VerifyScore, m.FaceAttack, m.Front.FaceAttackScore, m.FaceOcclusion,
		m.Front.QualityScore, o.DeviceRisk})
	if err != nil {
		return json.RawMessage(`{}`)
	}
	return bytes.TrimSpace(b.Bytes())
}
