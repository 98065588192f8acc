package licence

import (
	"regexp"
	"strconv"

	"wangban/internal/form"
	"wangban/internal/item"
)

// What items tell the effects and the check of this room is looked at while
// they are written.

// CheckIssue looks at the settings of licence.issue.
func CheckIssue(s *item.Settings) {
	s.Keys("kind", "number", "document", "public", "valid", "series", "sequence", "listed", "uscc", "type", "each", "unit")
	s.Each()
	s.Need("kind", "number")
	s.Expression("unit")
	s.OneOf("uscc", usccNumber)
	s.OneOf("listed", "yes", "no")
	checkType(s)
	checkNumber(s)
	checkContent(s)
}

// CheckChange looks at the settings of licence.change.
func CheckChange(s *item.Settings) {
	s.Keys("licence", "kind", "document", "public", "valid", "from", "number", "series", "sequence", "type", "each", "holder", "unit", "unknown")
	s.Each()
	s.Group("holder", item.Member{Name: "uscc", Type: form.TypeUSCC}, item.Member{Name: "name", Type: form.TypeUnitName})
	checkHeld(s)
	s.Expression("unit")
	s.OneOf("unknown", unknownAdopt)
	checkType(s)
	checkNumber(s)
	checkContent(s)
}

// CheckRenew looks at the settings of licence.renew.
func CheckRenew(s *item.Settings) {
	CheckChange(s)
	s.Need("valid")
}

// CheckReplace looks at the settings of licence.replace.
func CheckReplace(s *item.Settings) { CheckChange(s) }

// CheckCorrect looks at the settings of licence.correct.
func CheckCorrect(s *item.Settings) {
	s.Keys("licence", "kind", "document", "public", "valid", "from", "reason", "each")
	s.Each()
	checkHeld(s)
	checkContent(s)
	s.Fields("reason")
}

// CheckCancel looks at the settings of licence.cancel.
func CheckCancel(s *item.Settings) {
	s.Keys("licence", "kind", "reason", "each", "unknown")
	checkEnd(s)
}

// checkEnd is what ending a licence and suspending it have in common.
func checkEnd(s *item.Settings) {
	s.Each()
	checkHeld(s)
	s.Fields("reason")
	s.OneOf("unknown", unknownPass)
}

// CheckRevoke looks at the settings of licence.revoke.
func CheckRevoke(s *item.Settings) {
	s.Keys("licence", "kind", "reason", "each", "unknown", "penalty")
	s.OneOf("penalty", yes, "no")
	checkEnd(s)
}

// CheckSuspend looks at the settings of licence.suspend.
func CheckSuspend(s *item.Settings) { CheckCancel(s) }

// CheckResume looks at the settings of licence.resume.
func CheckResume(s *item.Settings) {
	s.Keys("licence", "kind", "document", "public", "each")
	s.Each()
	checkHeld(s)
	checkContent(s)
}

// CheckHeld looks at the settings of the check licence.held.
func CheckHeld(s *item.Settings) {
	s.Keys("licence", "kind", "window", "early", "late", "expired", "suspended", "each", "unknown", "struck")
	s.Each()
	checkHeld(s)
	s.OneOf("suspended", "warn", "refuse", suspendedOnly)
	for _, key := range []string{"early", "late", "expired", "unknown", "struck"} {
		s.OneOf(key, "warn", "refuse")
	}
	if v := s.Value("window"); v != "" {
		w, ok := windowOf(v)
		switch {
		case !ok:
			s.Wrong("window", "看不懂“%s”。", "写成 90..15 workdays 或 60..30 days，先写早的。", v)
		case w.workdays: // whether it is too early is told by the workdays ahead
			s.Counts("window", item.Limit{N: w.first, Unit: item.Workdays})
		}
	}
}

// checkHeld is how a case names the licence it is about.
func checkHeld(s *item.Settings) {
	s.Need("licence", "kind")
	if v := s.Value("licence"); v != "results.licence" {
		s.Fields("licence")
	}
}

// checkType is the code of the type of electronic licence.
func checkType(s *item.Settings) {
	if v := s.Value("type"); v != "" && !typeForm.MatchString(v) {
		s.Wrong("type", "证照类型代码“%s”不对。", "按国家的证照类型代码写，大写字母和数字，例如 11100000000013338W011。", v)
	}
}

var typeForm = regexp.MustCompile(`^[0-9A-Z]{6,24}$`)

func checkNumber(s *item.Settings) {
	s.Number("number")
	s.Expression("series", item.NumberNames()...)
	if v := s.Value("sequence"); v != "" {
		if n, err := strconv.Atoi(v); err != nil || n < 1 || n > mostWidth {
			s.Wrong("sequence", "顺序号的位数“%s”不对。", "写 1 到 %[2]d 之间的数，例如 5。", v, mostWidth)
		}
	}
}

func checkContent(s *item.Settings) {
	s.Document("document")
	s.Fields("public")
	s.OneOf("from", "decision", fromExpiry)
	if v := s.Value("valid"); v != "" && !lengthForm.MatchString(v) {
		s.Expression("valid")
	}
}
