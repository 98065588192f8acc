package portal

import (
	"testing"

	"wangban/internal/web"
)

// A licence keeps what it says in Chinese; readers of English get its dates and
// the members of its lists in theirs.
func TestFactsInEnglish(t *testing.T) {
	texts := map[string]string{"热食类食品制售": "Hot food", "冷食类食品制售": "Cold food", "零售": "Retail"}
	for _, row := range []struct{ value, zh, en string }{
		{"2027年8月27日", "2027年8月27日", "27 Aug 2027"},
		{"零售", "零售", "Retail"},
		{"热食类食品制售、冷食类食品制售", "热食类食品制售、冷食类食品制售", "Hot food, Cold food"},
		{"6 号楼 2 号梯", "6 号楼 2 号梯", "6 号楼 2 号梯"},
	} {
		for lang, want := range map[web.Lang]string{web.Chinese: row.zh, web.English: row.en} {
			ctx := web.WithChrome(t.Context(), &web.Chrome{Lang: lang})
			web.Speak(ctx, texts)
			if got := factText(ctx, row.value); got != want {
				t.Errorf("%s is %q, not %q", row.value, got, want)
			}
		}
	}
}
