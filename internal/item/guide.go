package item

import "time"

// Guide is what people read before they apply (办事指南, domain sheet 4.1).
type Guide struct {
	Title      string // 事项名称
	Summary    string
	Kind       string // 事项类型: 行政许可, 备案, 公共服务, …
	Handling   string // 办件类型: 即办件 (decided the same working day) or 承诺件
	Codes      Codes
	Themes     []string
	Events     []string // what is going on when people need it (一件事, 生命周期)
	Keywords   []string // other words people look for it with; shown nowhere
	Audience   []string // legal (法人), personal (个人)
	Applicants []string // who may apply, a line each
	Conditions []string // 办理条件
	Basis      []Basis  // 设定依据
	Statutory  Promise  // 法定办结时限
	Promised   Promise  // 承诺办结时限
	Fee        string
	Depth      string // 网办深度
	Visits     int    // 到办事现场次数
	Materials  []Material
	Steps      []string // 办理流程, a line each
	Result     Result
	Sheet      []Question // the flow on one page, for windows and chat groups: what to do, how
	Questions  []Question // 常见问题
	Remedies   []string   // 行政救济途径
	Unsure     []string   // facts the domain sheet marks unsure, for item authors
	Office     string     // the unit that leads (code in the unit directory)
	Live       Period     // when the item can be applied for
	PaperUntil time.Time  // from then on no paper is taken in; zero: no such day
	Kiosk      bool       // it can be begun at a kiosk (办照一体机)
	Licence    LicenceUse // what the item does to licences that were issued before
}

// LicenceUse says that the item is for who has a licence already: it is offered
// beside every licence of these kinds, and a case that begins there knows the
// licence's number.
type LicenceUse struct {
	Kinds []string // as licence.issue calls them; empty: the item is not about licences
	Act   string   // one of LicenceActs
	Field string   // of the form, for the number
}

// LicenceActs are what items do to licences.
func LicenceActs() []string {
	return []string{"change", "renew", "replace", "suspend", "resume", "cancel", "correct", "revoke"}
}

// Codes are the item's official numbers. They are opaque here.
type Codes struct{ Base, Implementation, Department string }

// Basis is a legal basis with the period it was in force.
type Basis struct {
	Title, Article, Text string
	Period
}

// Period is half-open: From ≤ t < Until; a zero bound is open.
type Period struct{ From, Until time.Time }

// Covers tells whether t lies in the period.
func (p Period) Covers(t time.Time) bool {
	return (p.From.IsZero() || !t.Before(p.From)) && (p.Until.IsZero() || t.Before(p.Until))
}

// Promise is a time limit as the guide shows it. N is 0 when there is none,
// and Note says why.
type Promise struct {
	Limit
	Note string
}

// Material is one document asked for (申请材料).
type Material struct {
	Name   string
	Field  string // the form field it is handed in through; its condition applies
	Source string // 来源渠道: 申请人自备, 政府部门核发, 系统生成, 数据共享
	Form   string // 电子, 电子或纸质
	Note   string
	Basis  string
	Again  bool   // of the unit, not of a person: can be used again for the unit's later applications
	Ends   string // field with the last day on which it is valid; not used again after that
	Held   string // kind of licence that the administration has issued and that does in its place
}

// Same tells whether two materials are one and the same paper, whatever copy of
// it is asked for.
func (m Material) Same(other Material) bool { return paper(m.Name) == paper(other.Name) }

// MaterialOf is the material that is handed in through a field.
func (g Guide) MaterialOf(field string) (Material, bool) {
	for _, m := range g.Materials {
		if m.Field == field && field != "" {
			return m, true
		}
	}
	return Material{}, false
}

// Result is what the applicant gets.
type Result struct {
	Name, Kind, Delivery string
}

// Question is a frequent question with its answer.
type Question struct{ Ask, Answer string }
