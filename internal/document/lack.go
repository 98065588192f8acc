package document

import (
	"fmt"
	"strings"
)

// LackError is a document that cannot be issued, because none of the
// installation's fonts has some of its characters.
type LackError struct{ Missing []rune }

func (e LackError) Error() string {
	words := make([]string, len(e.Missing))
	for i, r := range e.Missing { // with its code, as nobody may be able to see it
		words[i] = fmt.Sprintf("“%c”（U+%04X）", r, r)
	}
	return fmt.Sprintf("现有的字体里都没有这些字：%s。让系统管理员装上有这些字的字体，写进设置 --fonts，重新启动后再做一次。", strings.Join(words, "、"))
}
