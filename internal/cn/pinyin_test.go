package cn_test

import (
	"strings"
	"testing"

	"wangban/internal/cn"
)

func TestPinyin(t *testing.T) {
	for text, want := range map[string][2]string{
		"电梯":         {"dt", "dian ti"},
		"食品经营":       {"spjy", "shi pin jing ying"},
		"營業執照":       {"yyzz", "ying ye zhi zhao"},
		"Ａ类 12，法人":   {"al12fr", "a lei 1 2 fa ren"},
		"":           {"", ""},
		"（）":         {"", ""},
		"绿色\n女":      {"ls\nn", "lv se \n nv"},
		"\u0301\x00": {"", ""},
	} {
		if got := [2]string{cn.Initials(text), strings.Join(cn.Syllables(text), " ")}; got != want {
			t.Errorf("%q reads %q, not %q", text, got, want)
		}
	}
	if got := cn.Folded("　ＡＢc "); got != "abc" {
		t.Errorf("folded to %q", got)
	}
}
