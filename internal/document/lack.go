package document

import (
	"fmt"
	"strings"
)

// LackError is a document that cannot be issued, because none of the
// installation's fonts has some of its characters.
type LackError struct{ Missing []rune }

func (e LackError) Error() string {
	return fmt.Sprintf("现有的字体里都没有这些字：%s。让系统管理员装上有这些字的字体，写进设置 --fonts，重新启动后再做一次。", Characters(e.Missing, "、"))
}

// Characters writes characters with their codes, as nobody may be able to see
// them: “𠮷”（U+20BB7）.
func Characters(all []rune, between string) string {
	words := make([]string, len(all))
	for i, r := range all {
		words[i] = fmt.Sprintf("“%c”（U+%04X）", r, r)
	}
	return strings.Join(words, between)
}
