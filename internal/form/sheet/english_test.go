package sheet

import (
	"testing"

	"wangban/internal/english"
)

// inSheets is what stands in spreadsheets, which are in Chinese, or is read
// there.
var inSheets = []string{
	noteMark, dataSheet, choiceSheet, listMarks, dayWritten.String(), "、", "。", "必填", "选填", "有的要填", "写成 2026-01-31",
	"写成 2026-01-31，没有期限的写“长期”", "可以写几项，用顿号隔开", "单位：", "长期", "长期有效",
	"是", "否", "有", "无", "没有", "对", "不", "(必填)", "(选填)",
}

func TestEnglish(t *testing.T) { english.Complete(t, English, inSheets...) }
