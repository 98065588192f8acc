package portal

import "testing"

// What a spreadsheet could take for a formula is marked as text.
func TestPlainCell(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "老街面馆": "老街面馆", "YB-1": "YB-1", "a=b": "a=b",
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@sum": "'@sum", "\t=1": "'\t=1", "\r=1": "'\r=1", "\n=1": "'\n=1",
		"＝1+1": "'＝1+1", "＋1": "'＋1", "－1": "'－1", "＠sum": "'＠sum",
	} {
		if got := plainCell(cell); got != want {
			t.Errorf("%q becomes %q, want %q", cell, got, want)
		}
	}
}
