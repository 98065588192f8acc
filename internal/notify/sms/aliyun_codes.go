package sms

import "time"

// aliyunCodes sorts the answers of SendSms, after the provider's "API 错误码" and the gateway's common codes.
// Codes that are not here are tried again.
var aliyunCodes = map[string]verdict{
	"isv.BUSINESS_LIMIT_CONTROL": {Throttled, ReasonFrequency, after(time.Minute)},
	"isv.DAY_LIMIT_CONTROL":      {Throttled, ReasonQuota, nextDay},
	"isv.MONTH_LIMIT_CONTROL":    {Throttled, ReasonQuota, nextMonth},
	"Throttling":                 {Throttled, ReasonQuota, after(5 * time.Second)},

	"isv.MOBILE_NUMBER_ILLEGAL": {Permanent, ReasonNumber, nil},

	"isv.SMS_TEMPLATE_ILLEGAL":          {Permanent, ReasonTemplate, nil},
	"isv.SMS_SIGNATURE_ILLEGAL":         {Permanent, ReasonTemplate, nil},
	"isv.SMS_SIGNATURE_SCENE_ILLEGAL":   {Permanent, ReasonTemplate, nil},
	"isv.SMS_SIGN_ILLEGAL":              {Permanent, ReasonTemplate, nil},
	"isv.SIGN_STATE_ILLEGAL":            {Permanent, ReasonTemplate, nil},
	"isv.EXTEND_CODE_ERROR":             {Permanent, ReasonTemplate, nil},
	"isv.DOMESTIC_NUMBER_NOT_SUPPORTED": {Permanent, ReasonTemplate, nil},
	"isv.TEMPLATE_MISSING_PARAMETERS":   {Permanent, ReasonTemplate, nil},
	"isv.TEMPLATE_PARAMS_ILLEGAL":       {Permanent, ReasonTemplate, nil},

	"isv.INVALID_PARAMETERS":                 {Permanent, ReasonContent, nil},
	"isv.INVALID_JSON_PARAM":                 {Permanent, ReasonContent, nil},
	"isv.PARAM_LENGTH_LIMIT":                 {Permanent, ReasonContent, nil},
	"isv.PARAM_NOT_SUPPORT_URL":              {Permanent, ReasonContent, nil},
	"isv.BLACK_KEY_CONTROL_LIMIT":            {Permanent, ReasonContent, nil},
	"isv.SMS_CONTENT_ILLEGAL":                {Permanent, ReasonContent, nil},
	"isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE": {Permanent, ReasonContent, nil},

	"isp.RAM_PERMISSION_DENY":  {Temporary, ReasonAccount, nil},
	"isv.OUT_OF_SERVICE":       {Temporary, ReasonAccount, nil},
	"isv.AMOUNT_NOT_ENOUGH":    {Temporary, ReasonAccount, nil},
	"isv.PRODUCT_UN_SUBSCRIPT": {Temporary, ReasonAccount, nil},
	"isv.PRODUCT_UNSUBSCRIBE":  {Temporary, ReasonAccount, nil},
	"isv.ACCOUNT_NOT_EXISTS":   {Temporary, ReasonAccount, nil},
	"isv.ACCOUNT_ABNORMAL":     {Temporary, ReasonAccount, nil},
	"isv.DENY_IP_RANGE":        {Temporary, ReasonAccount, nil},
	"SignatureDoesNotMatch":    {Temporary, ReasonAccount, nil},
	"IncompleteSignature":      {Temporary, ReasonAccount, nil},
	"InvalidAccessKeyId":       {Temporary, ReasonAccount, nil},
	"InvalidTimeStamp":         {Temporary, ReasonAccount, nil},
	"Forbidden":                {Temporary, ReasonAccount, nil},
	"NoPermission":             {Temporary, ReasonAccount, nil},
}
