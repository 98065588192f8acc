package document

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"wangban/internal/document/pdf"
	"wangban/internal/form"
	"wangban/items"
)

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name, source string
		line         int
		says         string
	}{
		{"unknown key", "title: 试\nblocks:\n  - text: 一\n    colour: red", 4, "colour"},
		{"unknown block", "title: 试\nblocks:\n  - stamp: rep", 3, "stamp"},
		{"two in one", "title: 试\nblocks:\n  - text: 一\n  - text: 二\n    sign: rep", 4, "只写一个"},
		{"nothing", "title: 试\nblocks:\n  - size: 12", 3, "heading"},
		{"no blocks", "title: 试\n", 0, "blocks"},
		{"no title", "blocks: [{text: 一}]", 1, "title"},
		{"too wide", "title: 试\nblocks:\n  - sign: rep\n    width: 400", 4, "width"},
		{"no use", "title: 试\nblocks:\n  - text: 一\n    height: 30", 4, "height"},
		{"label of a text", "title: 试\nblocks:\n  - text: 一\n    label: 二", 4, "label"},
		{"margin", "title: 试\nmargin: 90\nblocks: [{text: 一}]", 2, "margin"},
		{"align", "title: 试\nblocks:\n  - text: 一\n    align: middle", 4, "middle"},
		{"condition", "title: 试\nblocks:\n  - text: 一\n    when: role = 1", 4, "条件"},
		{"expression", "title: 试\nblocks:\n  - text: 一{{unit.}}", 3, "{{"},
		{"open expression", "title: 试\nblocks:\n  - heading: 一{{unit.name", 3, "{{"},
		{"row", "title: 试\nblocks:\n  - facts:\n      - {label: 名称, value: \"{{a.b}}\"}\n      - {value: 二}", 5, "label"},
		{"twice", "title: 试\nblocks:\n  - sign: rep\n  - sign: rep", 4, "两次"},
		{"name", "title: 试\nblocks:\n  - sign: 法人", 3, "法人"},
		{"no YAML", "title: [试\nblocks", 2, ""},
		{"a list", "- 一\n- 二", 1, ""},
		{"empty", "", 0, ""},
		{"deep", "title: 试\nblocks: " + strings.Repeat("[", 100_000), 2, "太深"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			problems := Check("items/x/documents/y.yaml", []byte(tt.source))
			if len(problems) == 0 {
				t.Fatal("nothing is wrong")
			}
			p := problems[0]
			if tt.line != 0 && p.Line != tt.line || !strings.Contains(p.String(), tt.says) {
				t.Errorf("line %d: %s", p.Line, p)
			}
		})
	}
}

func TestShippedLayouts(t *testing.T) {
	for _, file := range []string{
		"legal-person-account/documents/letter.yaml", "legal-person-account/documents/letter-paper.yaml", "food-filing/documents/certificate.yaml",
	} {
		source, err := items.Files.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if problems := Check(file, source); len(problems) > 0 {
			t.Error(problems)
		}
	}
}

// Lines break where the standard of punctuation allows (GB/T 15834-2011, 5.1).
func TestLines(t *testing.T) {
	face := pdf.Plain()
	for _, tt := range []struct {
		text  string
		chars float64 // width of a line
		want  string
	}{
		{"一二三四五六七", 4, "一二三四/五六七"},
		{"一二三四，五六七", 4, "一二三/四，五六/七"},
		{"一二三（四五）六", 4, "一二三/（四五）/六"},
		{"一二三四”，五", 4, "一二三/四”，五"},
		{"代码91341523TXT000020Y是", 11, "代码/91341523TXT000020Y/是"},
		{"见 https://wangban.example/v/1 页", 12, "见/https://wangban.exampl/e/v/1 页"},
		{"一二……三四", 3, "一/二……/三四"},
		{"一\n二", 9, "一/二"},
		{"", 9, ""},
		{"，，，，，", 3, "，，，/，，"},
		{"王𠅤\U000e0100好人", 3, "王𠅤\U000e0100好/人"},
	} {
		var got []string
		for _, l := range lines(face, tt.text, 10, tt.chars*10, 0) {
			got = append(got, l.text)
		}
		if s := strings.Join(got, "/"); s != tt.want {
			t.Errorf("%q in %v: %q, want %q", tt.text, tt.chars, s, tt.want)
		}
	}
}

// Breaking lines loses nothing but spaces, and keeps within the width.
func TestLinesLoseNothing(t *testing.T) {
	face := pdf.Plain()
	alphabet := []rune("的一（）《》，。、“”……——aZ09 -.　龚𠅤")
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOf(rapid.SampledFrom(alphabet)).Draw(t, "text"))
		width := rapid.Float64Range(12, 200).Draw(t, "width")
		indent := rapid.SampledFrom([]float64{0, width / 3}).Draw(t, "indent")
		var all strings.Builder
		for i, l := range lines(face, text, 10, width, indent) {
			all.WriteString(l.text)
			if n := utf8.RuneCountInString(l.text); i > 0 && l.width > width+0.01 && n > 1 {
				t.Fatalf("%q is %.1f wide, there is room for %.1f", l.text, l.width, width)
			}
		}
		if squeeze(all.String()) != squeeze(text) {
			t.Fatalf("%q became %q", text, all.String())
		}
	})
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// No layout, however odd, makes the program fall over; one that Check lets pass
// makes a file, or an error.
func FuzzLayout(f *testing.F) {
	for _, file := range []string{"legal-person-account/documents/letter.yaml", "food-filing/documents/certificate.yaml"} {
		source, err := items.Files.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(source)
	}
	f.Add([]byte("title: &a {b: *a}\nblocks: [*a, {text: \"{{\"}]"))
	f.Add([]byte("title: 试\nblocks:\n- {line: true, space: 150}\n- {text: 一, size: 80, indent: 10}\n- {sign: a, height: 100, width: 170}"))
	env := form.Env{}
	for _, group := range []string{"unit", "rep", "agent", "letter", "site", "food", "case", "licence"} {
		env[group] = map[string]any{"name": "龚䶮", "number": 1}
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		problems := Check("f.yaml", source)
		made, err := Make(source, Data{Env: env, At: time.Unix(1599192000, 0)})
		switch {
		case len(problems) > 0 && err == nil:
			t.Errorf("made in spite of %v", problems)
		case err == nil && (made.Pages < 1 || len(made.PDF) < 500):
			t.Errorf("%d pages, %d bytes", made.Pages, len(made.PDF))
		}
	})
}
