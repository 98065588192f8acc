package sms

import "time"

// tencentCodes sorts the answers of SendSms, after the provider's "短信 API 3.0 发送错误码" and its common codes.
// Codes that are not here are tried again.
var tencentCodes = map[string]verdict{
	"LimitExceeded.PhoneNumberThirtySecondLimit":     {Throttled, ReasonFrequency, after(30 * time.Second)},
	"LimitExceeded.PhoneNumberOneHourLimit":          {Throttled, ReasonFrequency, after(time.Hour)},
	"LimitExceeded.PhoneNumberDailyLimit":            {Throttled, ReasonFrequency, nextDay},
	"LimitExceeded.PhoneNumberSameContentDailyLimit": {Throttled, ReasonFrequency, nextDay},
	"LimitExceeded.DeliveryFrequencyLimit":           {Throttled, ReasonFrequency, after(time.Minute)},
	"LimitExceeded.DailyLimit":                       {Throttled, ReasonQuota, nextDay},
	"LimitExceeded.AppDailyLimit":                    {Throttled, ReasonQuota, nextDay},
	"LimitExceeded":                                  {Throttled, ReasonQuota, after(time.Minute)},
	"RequestLimitExceeded":                           {Throttled, ReasonQuota, after(5 * time.Second)},

	"InvalidParameterValue.IncorrectPhoneNumber": {Permanent, ReasonNumber, nil},
	"FailedOperation.PhoneNumberInBlacklist":     {Permanent, ReasonNumber, nil},

	"FailedOperation.SignatureIncorrectOrUnapproved":            {Permanent, ReasonTemplate, nil},
	"FailedOperation.TemplateIncorrectOrUnapproved":             {Permanent, ReasonTemplate, nil},
	"FailedOperation.TemplateIdNotExist":                        {Permanent, ReasonTemplate, nil},
	"FailedOperation.TemplateParamSetNotMatchApprovedTemplate":  {Permanent, ReasonTemplate, nil},
	"FailedOperation.MissingSignature":                          {Permanent, ReasonTemplate, nil},
	"InvalidParameterValue.TemplateParameterFormatError":        {Permanent, ReasonTemplate, nil},
	"FailedOperation.ContainSensitiveWord":                      {Permanent, ReasonContent, nil},
	"InvalidParameterValue.ContentLengthLimit":                  {Permanent, ReasonContent, nil},
	"InvalidParameterValue.TemplateParameterLengthLimit":        {Permanent, ReasonContent, nil},
	"InvalidParameterValue.ProhibitedUseUrlInTemplateParameter": {Permanent, ReasonContent, nil},

	"AuthFailure":           {Temporary, ReasonAccount, nil},
	"UnauthorizedOperation": {Temporary, ReasonAccount, nil},
	"FailedOperation.InsufficientBalanceInSmsPackage": {Temporary, ReasonAccount, nil},
	"InvalidParameterValue.SdkAppIdNotExist":          {Temporary, ReasonAccount, nil},
	"IpNotInWhitelist":                                {Temporary, ReasonAccount, nil},
	"IpInBlacklist":                                   {Temporary, ReasonAccount, nil},
}
