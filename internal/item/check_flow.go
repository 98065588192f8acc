package item

import (
	"slices"
	"strings"

	"wangban/internal/form"
)

func (c *check) flow() {
	f, at := c.it.Flow, func(path ...any) spot { return inFile("flow", path...) }
	if f.Profile == "" {
		c.wrong(at(), "没有写流程的类型。", "写 profile: registration（退回后重新提交）或 licence（一件办到底）。")
	}
	c.field(at("subject"), f.Subject)
	c.field(at("title"), f.Title)
	c.field(at("representative"), f.Rep, form.TypePersonName)
	c.field(at("town"), f.Town, form.TypeTown)
	for i, u := range f.Units {
		switch {
		case u.Unit == "":
			c.wrong(at("unit", i), "没有写由哪个单位接收。", "写 to: 和单位的代码。")
		case c.o.Units != nil:
			c.known(at("unit", i, "to"), "单位", u.Unit, c.o.Units)
		}
		if u.When.Empty() && i < len(f.Units)-1 {
			c.wrong(at("unit", i), "后面的单位收不到件。", "没有 when: 的一条放在最后。")
		}
	}
	if f.Start == "" {
		c.wrong(at("start"), "没有写从哪个阶段开始。", "写 start:。")
	}
	c.known(at("start"), "阶段", f.Start, c.stageNames())
	var parties []string
	for _, p := range f.Parties {
		parties = append(parties, p.Name)
		here := at("parties", p.Name)
		c.field(here.under("name"), p.PersonName, form.TypePersonName)
		c.field(here.under("id_type"), p.IDType, form.TypeIDType)
		c.field(here.under("id_no"), p.IDNumber, form.TypeIDNumber)
		c.field(here.under("mobile"), p.Mobile, form.TypeMobile)
		if p.Label == "" {
			c.wrong(here, "“%s”没有称呼。", "写 label:，例如 法定代表人。", p.Name)
		}
	}
	c.known(at("signer"), "当事人", f.Signer, parties)
	for i, a := range f.Applicant {
		c.known(at("applicant", i, "party"), "当事人", a.Party, parties)
	}
	if n := len(f.Applicant); n == 0 {
		c.wrong(at("applicant"), "没有写谁是申请人。", "写 applicant: 和当事人的名字。")
	} else if !f.Applicant[n-1].When.Empty() {
		c.wrong(at("applicant"), "有的情况下没有申请人。", "最后一个申请人不写 when:。")
	}
	for _, name := range f.Clock.Runs {
		c.known(at("clock", "runs"), "阶段", name, c.stageNames())
	}
	c.protected()
	c.catalogues()
	c.ownChecks()
	for _, h := range f.House {
		for _, from := range h.From {
			if c.known(at("house", h.Name, "from"), "阶段", from, c.stageNames()) {
				if s, _ := f.Stage(from); s.End != "" {
					c.wrong(at("house", h.Name, "from"), "阶段“%s”已经结束，不会再有动作。", "从 from 里删去它。", from)
				}
			}
		}
	}
}

// protected are the facts that a signature covers: each must be a field or a
// document.
func (c *check) protected() {
	for _, p := range c.it.Flow.Protected {
		at := inFile("flow", "protected", p.Name)
		if p.Document == "" {
			c.field(at, p.Field)
			continue
		}
		c.known(at.under("document"), "文件模板", p.Document, documentNames(c.it))
		c.field(at.under("upload"), p.Upload, form.TypeFile)
		for _, v := range p.Values {
			c.field(at.under("values"), v)
		}
	}
}

func (c *check) catalogues() {
	used := map[string]bool{}
	for _, a := range actsOf(c.it) {
		used[a.Reason] = true
	}
	for _, name := range sortedNames(c.it.Flow.Reasons) {
		at := inFile("flow", "reasons", name)
		if !used[name] {
			c.doubt(at, "原因清单“%s”没有动作在用。", "在动作里写 reason:，或者删去。", name)
		}
		codes := map[string]bool{}
		for i, r := range c.it.Flow.Reasons[name] {
			here := at.under(i)
			if r.Code == "" || r.Label == "" || codes[r.Code] {
				c.wrong(here, "原因“%s”没有代码、没有文字，或者写了两次。", "每个原因写一个不同的 code 和 label。", r.Code)
			}
			codes[r.Code] = true
			for _, id := range r.Fields {
				if id != judgedBeside {
					c.field(here.under("fields"), id)
				}
			}
		}
	}
}

func (c *check) stages() {
	for _, s := range c.it.Flow.Stages {
		at := inFile("flow", "stages", s.Name)
		if s.Label == "" {
			c.wrong(at, "阶段“%s”没有名称。", "写 label:，大家看得到的名称。", s.Name)
		}
		c.effects(at.under("enter"), s.Enter)
		c.effects(at.under("leave"), s.Leave)
		if s.End != "" {
			c.ended(at, s)
			continue
		}
		if s.By == "" {
			c.wrong(at, "阶段“%s”没有写由谁办。", "写 by:，例如 applicant 或 reviewer。", s.Name)
		}
		c.role(at.under("by"), s.By)
		c.clocks(at, s)
		c.known(at.under("signs"), "文件模板", s.Signs, documentNames(c.it))
		for _, j := range s.Judge {
			c.known(at.under("judge"), "核对内容", j, judgeable)
		}
		if s.Signs != "" && !slices.ContainsFunc(s.Acts, func(a Act) bool { return a.Letter }) {
			c.wrong(at.under("signs"), "阶段“%s”要签文件，却没有签名的动作。", "在签名的动作里写 letter: true。", s.Name)
		}
	}
	for _, a := range actsOf(c.it) {
		c.act(a)
	}
	for _, t := range tellsOf(c.it) {
		c.known(t.at.under("message"), "短信", t.Message, sortedNames(c.it.Messages))
		c.recipient(t)
	}
}

func (c *check) ended(at spot, s Stage) {
	for _, x := range []struct {
		key   string
		wrote bool
	}{
		{"acts", len(s.Acts) > 0}, {"lapse", s.Lapse != nil}, {"idle", s.Idle != nil}, {"within", s.Within.N > 0}, {"remind", s.Remind != nil}, {"edit", s.Edit},
	} {
		if x.wrote {
			c.wrong(at.under(x.key), "阶段“%s”已经结束，“%s”用不上。", "删去它，或者删去 end:。", s.Name, x.key)
		}
	}
}

// clocks are the limits of one stage.
func (c *check) clocks(at spot, s Stage) {
	for _, key := range []string{"lapse", "idle"} {
		if m, ok := moves(s)[key]; ok {
			c.known(at.under(key, "to"), "阶段", m.To, c.stageNames())
			if m.To == "" || m.Label == "" {
				c.wrong(at.under(key), "没有写到时候去哪里、怎样说明。", "写 to: 和 label:。")
			}
		}
	}
	switch {
	case s.Lapse != nil && s.Within.N == 0:
		c.wrong(at.under("lapse"), "没有时限，不会到时候。", "写 within:，例如 48 hours。")
	case s.Within.N > 0 && s.Lapse == nil && (s.Held || s.Edit || s.By == "" || slices.Contains(roleNames, s.By)): // else it is the light of the staff
		c.doubt(at.under("within"), "到了时限什么也不会发生。", "写 lapse: 和去处，或者删去 within:。")
	}
	if s.Idle != nil && s.Idle.After.N == 0 {
		c.wrong(at.under("idle"), "没有写多久没有动静。", "写 after:，例如 30 days。")
	} else if s.Idle != nil {
		c.natural(at.under("idle", "after"), s.Idle.After)
	}
	if r := s.Remind; r != nil {
		switch {
		case s.Within.N == 0:
			c.wrong(at.under("remind"), "没有时限，不用提醒。", "写 within:，或者删去 remind:。")
		case r.Before.N == 0 || least(r.Before) >= least(s.Within):
			c.wrong(at.under("remind"), "提醒的时间在开始之前。", "before: 要比 within: 短。")
		default:
			c.natural(at.under("remind", "before"), r.Before)
		}
	}
}

// natural wants a limit that no calendar is needed for: what is counted back
// from an instant, or from one act to the next.
func (c *check) natural(at spot, l Limit) {
	if l.N > 0 && l.Span() == 0 {
		c.wrong(at, "“%s”只能按自然时间算。", "写 hours 或 days。", at.path[len(at.path)-1])
	}
}

func (c *check) role(at spot, role string) {
	switch {
	case role == "signer" && c.it.Flow.Signer == "":
		c.wrong(at, "没有写谁签名。", "写 signer: 和当事人的名字。")
	case c.o.Roles != nil:
		c.known(at, "岗位", role, slices.Concat(roleNames, c.o.Roles))
	}
}

func (c *check) act(a placedAct) {
	at := a.at
	if slices.Contains(reservedActs, a.Name) {
		c.wrong(at, "“%s”是系统自己的动作。", "换一个名字。", a.Name)
	}
	if a.Label == "" || a.Past == "" {
		c.wrong(at, "动作“%s”没有名称，或者没有写办完之后怎样说。", "写 label:（按钮上的字）和 past:（进度里的话）。", a.Name)
	}
	for _, role := range a.By {
		c.role(at.under("by"), role)
	}
	for i, r := range a.To {
		c.known(at.under("to"), "阶段", r.Stage, c.stageNames())
		if r.When.Empty() && i < len(a.To)-1 {
			c.wrong(at.under("to", i), "后面的去向永远走不到。", "没有 when: 的去向放在最后。")
		}
	}
	c.natural(at.under("every"), a.Every)
	c.effects(at.under("effects"), a.Effects)
	for _, name := range a.Checks {
		c.asked(at.under("checks"), name)
	}
	for _, alternatives := range a.Identity {
		for _, proof := range strings.Split(alternatives, "|") {
			if c.o.Proofs != nil {
				c.known(at.under("identity"), "身份核验方式", proof, c.o.Proofs)
			}
		}
	}
	c.proves(at, a)
	c.known(at.under("reason"), "原因清单", a.Reason, sortedNames(c.it.Flow.Reasons))
	stage, inStage := c.it.Flow.Stage(a.stage)
	switch {
	case a.Required && a.Reason == "":
		c.wrong(at.under("required"), "必须写原因，却没有原因清单。", "写 reason: 和清单的名字。")
	case a.Letter && stage.Signs == "":
		c.wrong(at.under("letter"), "这个阶段没有要签的文件。", "在阶段里写 signs:。")
	case a.Judged && len(stage.Judge) == 0:
		c.wrong(at.under("judged"), "这个阶段没有要核对的内容。", "在阶段里写 judge:。")
	case inStage && stage.End == "" && len(a.By) == 0 && stage.By == "":
		c.wrong(at, "没有人能做“%s”。", "写 by:。", a.Name)
	}
	for i, q := range a.Confirm {
		if q.Text == "" {
			c.wrong(at.under("confirm", i), "确认的话是空的。", "写 text:。")
		}
	}
}

// proves is an act by which staff vouch for the signer.
func (c *check) proves(at spot, a placedAct) {
	if a.Proves == "" {
		return
	}
	if c.o.Proofs != nil {
		c.known(at.under("proves"), "身份核验方式", a.Proves, c.o.Proofs)
	}
	stage, _ := c.it.Flow.Stage(a.stage)
	by := a.By
	if len(by) == 0 {
		by = []string{stage.By}
	}
	switch {
	case slices.ContainsFunc(by, func(role string) bool { return slices.Contains(roleNames, role) }):
		c.wrong(at.under("by"), "只有工作人员才能替签名人作证。", "by: 里只写岗位，例如 reviewer。")
	case stage.Signs == "":
		c.wrong(at.under("proves"), "这个阶段没有要签的文件。", "在阶段里写 signs:。")
	case len(a.Declare) == 0:
		c.wrong(at.under("proves"), "没有写工作人员要确认什么。", "写 declare:，一句一项，例如 本人到场。")
	}
}

func (c *check) recipient(t placedTell) {
	names := []string{"applicant"}
	if c.it.Flow.Signer != "" {
		names = append(names, "signer")
	}
	for _, p := range c.it.Flow.Parties {
		names = append(names, p.Name)
	}
	if t.To == "" {
		c.wrong(t.at, "没有写短信发给谁。", "写 to:，例如 applicant。")
	}
	c.known(t.at.under("to"), "收件人", t.To, names)
}
