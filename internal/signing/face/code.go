package face

// Code is an outcome in our words.
type Code string

const (
	CodePassed        Code = "passed"
	CodeWaiting       Code = "waiting"         // no outcome yet
	CodeNotSamePerson Code = "not-same-person" // the face is not the card holder's
	CodeNoLiveness    Code = "no-liveness"     // perhaps a picture or a mask
	CodeIDMismatch    Code = "id-mismatch"     // name and number do not belong together
	CodeNoRecord      Code = "no-record"       // the authority does not find the person
	CodeNoPhoto       Code = "no-photo"        // the authority has no usable photograph
	CodeBlocked       Code = "blocked"         // the company's rules against risk
	CodeTooMany       Code = "too-many"        // too many attempts today, by the company's count
	CodeSourceDown    Code = "source-down"     // the authority's base does not answer
	CodeDevice        Code = "device"          // this phone or browser cannot do it
	CodeUnknown       Code = "unknown"         // not passed, for a reason we do not know
)

// Words is a sentence in both languages of the screens.
type Words struct{ ZH, EN string }

type codeFacts struct {
	words  Words
	retry  bool
	counts bool
}

var codes = map[Code]codeFacts{
	CodePassed: {Words{"人脸核验已通过。", "Your face check has passed."}, false, false},
	CodeWaiting: {Words{"还没有收到核验结果。您可以稍等片刻再查看，或者重新开始一次。",
		"There is no result yet. Wait a moment and look again, or start once more."}, true, false},
	CodeNotSamePerson: {Words{"这次拍到的面容与身份证照片没有对上。您可以到光线充足的地方，摘下口罩和墨镜，正对屏幕再试一次。",
		"Your face did not match the photo on record. Find good light, take off mask and sunglasses, face the screen and try again."}, true, true},
	CodeNoLiveness: {Words{"没有确认是真人在镜头前。您可以避开强光和屏幕反光，按提示慢慢做动作，再试一次。",
		"We could not confirm a living person before the camera. Avoid glare, follow the prompts slowly and try again."}, true, true},
	CodeIDMismatch: {Words{"姓名与身份证号码没有对上。您可以联系代理人核对并更正后重新提交。",
		"The name and the ID number do not belong together. Ask your agent to check and correct them, then submit again."}, false, true},
	CodeNoRecord: {Words{"公安系统里暂时查不到您的身份信息（户口迁移后可能这样）。您可以到窗口办理，或者改交纸质授权委托书。",
		"The authority does not find your record at present, which can happen after moving your household registration. Visit the counter or use the paper letter."}, false, false},
	CodeNoPhoto: {Words{"公安系统里没有可以比对的照片。您可以到窗口办理，或者改交纸质授权委托书。",
		"The authority has no photo to compare with. Visit the counter or use the paper letter."}, false, false},
	CodeBlocked: {Words{"核验服务方的安全规则没有放行这次核验。您可以换一部手机或换一个网络再试，也可以到窗口办理。",
		"The verification company's safety rules stopped this check. Try another phone or network, or visit the counter."}, true, false},
	CodeTooMany: {Words{"今天核验的次数已用完。您可以明天再试，或者到窗口办理。",
		"You have used up today's attempts. Try again tomorrow or visit the counter."}, false, false},
	CodeSourceDown: {Words{"身份比对服务暂时用不了，不是您的原因。您可以稍后再试，或者到窗口办理。",
		"The identity service is out of order; this is not your fault. Try again later or visit the counter."}, true, false},
	CodeDevice: {Words{"这部手机或浏览器做不了人脸核验。您可以换用手机自带的浏览器或另一部手机，也可以到窗口办理。",
		"This phone or browser cannot do the face check. Use the phone's own browser or another phone, or visit the counter."}, true, false},
	CodeUnknown: {Words{"这次核验没有通过。您可以再试一次，或者到窗口办理。",
		"This check did not pass. Try again or visit the counter."}, true, true},
}

func (c Code) facts() codeFacts {
	if f, ok := codes[c]; ok {
		return f
	}
	return codes[CodeUnknown]
}

// Words say to the person what happened and what to do, politely (您): signing pages use them.
func (c Code) Words() Words { return c.facts().words }

// Retry says whether another attempt may help; otherwise only the other ways are to be offered (C-25).
func (c Code) Retry() bool { return c.facts().retry }

// Counts says whether the outcome counts toward the daily limit of failures (C-03). Trouble that is not the
// person's does not.
func (c Code) Counts() bool { return c.facts().counts }
