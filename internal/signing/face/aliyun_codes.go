package face

import "strings"

// subCodes are the outcomes of a finished attempt, after the provider's "ResultObject.SubCode 错误码说明".
var subCodes = map[string]Code{
	"200": CodePassed,
	"201": CodeIDMismatch,
	"202": CodeNoRecord,
	"203": CodeNoPhoto,
	"204": CodeNotSamePerson,
	"205": CodeNoLiveness,
	"206": CodeBlocked,
	"207": CodeNotSamePerson, // ID_PLUS: face and card's picture
	"209": CodeSourceDown,
}

// callCodes are refusals of a call, after the provider's "返回 Code 和 Message" and the gateway's common codes.
var callCodes = map[string]Error{
	"400": {Code: CodeUnknown, Operator: "服务方说缺少参数，核对认证场景的配置。"},
	"401": {Code: CodeIDMismatch, Operator: "服务方不认姓名、号码或其他参数。"},
	"402": {Code: CodeSourceDown, Operator: "服务方没有这个应用配置，核对账户。"},
	"404": {Code: CodeSourceDown, Operator: "认证场景不存在，在服务方控制台核对 SceneID。"},
	"406": {Code: CodeUnknown, Operator: "服务方不认这个 CertifyId，可能已过期清除。"},
	"410": {Code: CodeSourceDown, Operator: "服务未开通或存储未授权，在服务方控制台开通。"},
	"411": {Code: CodeSourceDown, Operator: "访问密钥没有权限，在服务方控制台授权。"},
	"412": {Code: CodeSourceDown, Temporary: true, Operator: "账户欠费，需要充值。"},
	"414": {Code: CodeDevice},
	"415": {Code: CodeDevice},
	"416": {Code: CodeDevice},
	"417": {Code: CodeNoRecord},
	"418": {Code: CodeTooMany},
	"427": {Code: CodeBlocked},
	"500": {Code: CodeSourceDown, Temporary: true},

	"Throttling":            {Code: CodeSourceDown, Temporary: true},
	"ServiceUnavailable":    {Code: CodeSourceDown, Temporary: true},
	"InternalError":         {Code: CodeSourceDown, Temporary: true},
	"SignatureNonceUsed":    {Code: CodeSourceDown, Temporary: true},
	"SignatureDoesNotMatch": {Code: CodeSourceDown, Operator: "访问密钥不对，核对 AccessKey Secret。"},
	"InvalidAccessKeyId":    {Code: CodeSourceDown, Operator: "访问密钥不存在或已停用，核对 AccessKey ID。"},
	"InvalidTimeStamp":      {Code: CodeSourceDown, Temporary: true, Operator: "本机时钟与标准时间相差太大，需要校时。"},
	"Forbidden":             {Code: CodeSourceDown, Operator: "访问密钥没有权限，在服务方控制台授权。"},
}

// refusal makes an Error of a call's code; families such as "Throttling.User" share one entry.
func refusal(code string) *Error {
	family, _, _ := strings.Cut(code, ".")
	e, ok := callCodes[family]
	if !ok {
		e = Error{Code: CodeSourceDown, Temporary: true}
	}
	e.ProviderCode = code
	return &e
}
