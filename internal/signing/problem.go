package signing

import (
	"errors"
	"fmt"

	"wangban/internal/casework"
)

// Problem is what is wrong with what the person handed in, for the field it
// belongs to: what happened and what to do, in Chinese, with fmt verbs for
// Args. It is an error.
type Problem struct {
	Field string // agree, drawing, name, picture, picture-consent, face-consent
	Text  string
	Args  []any
}

func (p *Problem) Error() string { return fmt.Sprintf(p.Text, p.Args...) }

// What can be wrong.
var (
	ErrAgree          = &Problem{Field: "agree", Text: "还没有勾选“我已看过”。看完文件后勾选，再签名。"}
	ErrEmpty          = &Problem{Field: "drawing", Text: "没有收到签名。在框里写上您的名字，或者在下面输入您的姓名。"}
	ErrDrawing        = &Problem{Field: "drawing", Text: "没有收全签名的图像。清除后重新签一次，或者在下面输入您的姓名。"}
	ErrName           = &Problem{Field: "name", Text: "输入的姓名和文件上的签名人不一样。输入您本人的姓名，和身份证上的一致。"}
	ErrPictureConsent = &Problem{Field: "picture-consent", Text: "还没有勾选同意。同意拍照的，勾选后再继续；不同意的，换一种办法。"}
	ErrFaceConsent    = &Problem{Field: "face-consent", Text: "还没有勾选同意。同意刷脸的，勾选后再继续；不同意的，换一种办法。"}
	ErrPicture        = &Problem{Field: "picture", Text: "没有收到照片。拍一张您本人的正面照片再继续。"}
	ErrFormat         = &Problem{Field: "picture", Text: "收到的不是照片。用手机相机拍一张，存成 JPEG 或 PNG。"}
)

// ErrNoLink is returned for a link that leads nowhere.
var ErrNoLink = errors.New("没有这个签名链接。核对短信里的网址，或者让代理人重新发一次。")

// ErrStep is returned when a step is tried before the one it stands on, or
// again after it; the page of the link shows where things stand.
var ErrStep = errors.New("先完成上一步，再继续。")

// ErrOwn is returned to the applicant's own session.
var ErrOwn = &casework.Refusal{Code: casework.CodeOwnSession, Text: "这台设备上的代理人正在办理这件事，不能代替本人签名。把链接发给签名人，用自己的手机打开。"}

// errTooMany is returned when identity checks have failed too often today.
var errTooMany = &casework.Refusal{Code: casework.CodeTooMany, Text: "今天身份核验没有通过的次数已到上限，明天再试。着急的话，带身份证到窗口办理，或者用纸质委托书签字盖章。"}

// Ending tells why a link that has ended leads no further, and what to do.
func (inv Invitation) Ending() string {
	if inv.Newer {
		return "链接已失效，打开最新短信里的链接。"
	}
	return endings[inv.End]
}

var endings = map[End]string{
	Signed:   "这份文件已经签好，不能再签一次。",
	Refused:  "这次签名已经被拒绝。改变主意的话，让代理人重新提交。",
	Lapsed:   "签名的时间已经过了，链接失效。需要签的话，让代理人重新提交，您会收到新的短信。",
	Recalled: "代理人已经取消提交，这个链接不用再理会。",
	Closed:   "这件申请已经结束，不用再签名。",
}
