package casework

import (
	"slices"
	"time"
	"unicode/utf8"

	"wangban/internal/form"
	"wangban/internal/item"
)

// What an act needs beside being allowed: answers, proofs, reasons, judgements.

// open turns down what a tab hands in that was left open when the item closed.
// A case that was handed in before goes on.
func (d *decision) open() *Refusal {
	if d.act.Complete && d.s.Number == "" && d.out.Closed {
		return refuse(CodeClosed, "“%s”已经停止接收新申请，填写的内容还在，但是不能再提交。", d.it.Guide.Title)
	}
	return nil
}

func (d *decision) complete() *Refusal {
	if d.in.Act == ActSave {
		return d.knownFields()
	}
	if d.in.Act == ActVerify {
		return d.provenNumbers()
	}
	if !d.act.Complete {
		return nil
	}
	r := refuse(CodeIncomplete, "还有内容没有填好，改好后再提交。")
	for _, p := range form.Validate(d.it.Form, d.s.Values, d.formContext()) {
		r.Problems = append(r.Problems, Problem{Page: d.it.Form.PageOf(p.Field), Field: p.Field, Text: p.Text, Args: p.Args})
	}
	if len(r.Problems) > 0 {
		return r
	}
	return nil
}

// FormContext is what the checks of answers need to know.
func FormContext(house House, s State, now time.Time) form.Context {
	towns := make(map[string]string, len(house.Towns))
	for code, t := range house.Towns {
		towns[code] = t.Name
	}
	return form.Context{Now: now, Towns: towns, Verified: s.Verified, Confirmed: s.Confirmed}
}

func (d *decision) formContext() form.Context { return FormContext(d.house, d.s, d.out.Now) }

func (d *decision) knownFields() *Refusal {
	for id := range d.in.Data.Values {
		f, ok := d.it.Form.Field(id)
		switch {
		case !ok:
			return refuse(CodeIncomplete, "这个事项没有“%s”这一项。", id)
		case d.in.Actor.Kind == Staff && f.Type.Own():
			return refuse(CodeHelper, "“%s”由申请人本人填，帮办人不能代填。", f.Label)
		case d.stage.Marked && !Correctable(d.it, d.s, id):
			return refuse(CodeIncomplete, "“%s”没有要求修改，不能改。", f.Label)
		}
	}
	return nil
}

func (d *decision) provenNumbers() *Refusal {
	for id, number := range d.in.Data.Verified {
		if now, _ := d.s.Values[id].(string); now != number {
			return refuse(CodeStale, "验证的号码和填写的不一样，重新获取验证码。")
		}
	}
	return nil
}

func (d *decision) identified() *Refusal {
	proofs := d.proofs()
	for _, want := range d.act.Identity {
		if !proven(want, proofs, d.out.Now) {
			return refuse(CodeIdentity, "还没有确认是您本人。先完成短信验证和身份核验，再继续。")
		}
	}
	return nil
}

// proofs are those that the actor brings. What only an officer can prove, an
// officer has put on record: nobody can claim it.
func (d *decision) proofs() []Proof {
	proofs := slices.DeleteFunc(slices.Clone(d.in.Actor.Proofs), func(p Proof) bool {
		return slices.ContainsFunc(d.stage.Acts, func(a item.Act) bool { return a.Proves == p.Method })
	})
	if v := d.s.Vouched; v != nil && v.Fresh(d.out.Now) {
		proofs = append(proofs, *v)
	}
	return proofs
}

// declared wants every statement of the act ticked: a word given for somebody
// else is given sentence by sentence.
func (d *decision) declared() *Refusal {
	for _, statement := range d.act.Declare {
		if !slices.Contains(d.in.Data.Declared, statement) {
			return refuse(CodeIncomplete, "还没有勾选“%s”。当面核对，逐项勾选后再确认。", statement)
		}
	}
	return nil
}

func (d *decision) sameDocument() *Refusal {
	if !d.act.Letter {
		return nil
	}
	if d.in.Data.Signature == nil {
		return refuse(CodeDocument, "没有收到签名。在签名框里写上您的名字，再提交。")
	}
	if d.in.Data.Digest != DocumentDigest(d.it, d.stage.Signs, d.s.Values) {
		return refuse(CodeDocument, "文件内容在您打开之后有变动。重新阅读后再签名。")
	}
	return nil
}

func (d *decision) reasoned() *Refusal {
	if utf8.RuneCountInString(d.in.Data.Text) > mostText {
		return refuse(CodeReason, "写得太长，最多 %d 个字。删短一些，再提交。", mostText)
	}
	catalogue := d.it.Flow.Reasons[d.act.Reason]
	for _, code := range d.in.Data.Reasons {
		if !slices.ContainsFunc(catalogue, func(r item.Reason) bool { return r.Code == code }) {
			return refuse(CodeReason, "原因“%s”不在清单里。从清单里选一项。", code)
		}
	}
	switch {
	case !d.act.Required:
	case len(d.in.Data.Reasons) == 0:
		return refuse(CodeReason, "选择至少一项原因，申请人会原样看到。")
	case slices.Contains(d.in.Data.Reasons, "OTHER") && d.in.Data.Text == "":
		return refuse(CodeReason, "选了“其他”，写一句说明，申请人会原样看到。")
	}
	if d.act.Does == item.Pause && d.in.Data.Text == "" { // 行政许可法 45: 应当将所需时间书面告知申请人
		return refuse(CodeReason, "写明这项程序需要多长时间，申请人会原样看到。")
	}
	return nil
}

// judged lets a case pass only after every field and document has been looked
// at and found right.
func (d *decision) judged() *Refusal {
	if !d.act.Judged {
		return nil
	}
	judgements := mergeMap(d.s.Judgements, d.in.Data.Judgements)
	open, wrong := 0, 0
	for _, id := range ToJudge(d.it, d.stage, d.s) {
		switch j, ok := judgements[id]; {
		case !ok:
			open++
		case !j.Right:
			wrong++
		}
	}
	switch {
	case open > 0:
		return refuse(CodeNotJudged, "还有 %d 项没有核对，全部核对后才能通过。", open)
	case wrong > 0:
		return refuse(CodeNotJudged, "有 %d 项被判为不对，不能通过。改判，或者退回申请人修改。", wrong)
	}
	return nil
}

func (d *decision) found() *Refusal {
	for _, name := range d.act.Checks {
		if f, ok := d.out.Findings[name]; ok && f.Level == Refuse {
			return found(f)
		}
	}
	return nil
}

func found(f Finding) *Refusal {
	return &Refusal{Code: CodeFinding, Text: f.Text, Args: f.Args, Finding: &f}
}

// proven tells whether one of the alternatives "a|b|c" has been proven and is
// recent enough.
func proven(want string, proofs []Proof, now time.Time) bool {
	return slices.ContainsFunc(proofs, func(p Proof) bool {
		return slices.Contains(alternatives(want), p.Method) && p.Fresh(now)
	})
}
