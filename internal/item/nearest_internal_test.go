package item

import "testing"

func TestNearest(t *testing.T) {
	for _, c := range []struct {
		word, want string
		known      []string
	}{
		{"chekced", "checked", []string{"changed", "checked"}},
		{"warehuose", "warehouse", []string{"warehouse", "address"}},
		{"hint", "", []string{"kind", "id_no"}},
		{"hint", "help", []string{"kind", "help"}},
		{"rols", "role", []string{"rule", "role"}},
		{"unti", "unit", []string{"anti", "unit"}},
		{"x", "", []string{"y", "z"}},
		{"营业执", "营业执照", []string{"营业执照", "身份证"}},
		{"lable", "label", []string{"label", "table"}},
	} {
		if got, _ := nearest(c.word, c.known); got != c.want {
			t.Errorf("%s: %q, want %q", c.word, got, c.want)
		}
	}
}
