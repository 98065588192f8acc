package document

import (
	"testing"

	"wangban/internal/english"
)

// onPaper is what stands in documents, which are in Chinese.
var onPaper = []string{neverFirst, neverLast, "2006年1月2日", "第 %d 页，共 %d 页", numberLabel, "：", "“%c”（U+%04X）", "、"}

func TestEnglish(t *testing.T) { english.Complete(t, English, onPaper...) }
