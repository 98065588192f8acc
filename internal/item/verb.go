package item

// Verb is what an act does to a case beside leading it from stage to stage.
type Verb string

// Verbs. Items combine them; see docs/items.md.
const (
	Assign   Verb = "assign"   // 分派: an officer is given the case
	Transfer Verb = "transfer" // 移交: another unit is
	Consult  Verb = "consult"  // 征求意见: other units are asked, each with its own limit
	Answer   Verb = "answer"   // 答复: one of them answers
	Recall   Verb = "recall"   // 撤销征求: one is asked no more
	Appoint  Verb = "appoint"  // 预约核查: when and by whom a place is visited
	Visit    Verb = "visit"    // 现场核查: the visit's result
	Pause    Verb = "pause"    // 暂停计时, 特别程序 (行政许可法 45)
	Resume   Verb = "resume"   // 恢复计时
	Extend   Verb = "extend"   // 延长期限 (行政许可法 42)
	Correct  Verb = "correct"  // 一次性告知补正 (行政许可法 32)
)

// Verbs are all verbs.
func Verbs() []Verb {
	return []Verb{Assign, Transfer, Consult, Answer, Recall, Appoint, Visit, Pause, Resume, Extend, Correct}
}
