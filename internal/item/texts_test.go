package item_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/goccy/go-yaml"

	"wangban/internal/form"
	"wangban/internal/item"
)

// Every Chinese text in the code of form and item has its English with the
// same verbs, and the tables hold nothing else.
func TestTextsAreTranslated(t *testing.T) {
	spoken := map[string]bool{"、": true} // beside text of both rooms
	for _, room := range []struct {
		dir   string
		table []byte
		data  []string // Chinese that is compared or made up, not shown
	}{
		{"../form", form.English, []string{"1月2日15:04"}},
		{".", item.English, []string{"全程网办", "电子证照", "网上", "短信", "邮寄", "自助打印", "电子", "共享", "即办件", "承诺件", "【某某县网上办事】",
			"已提交", "事项有错，改好后再启动：", "某某某", "某某.jpg", "正本|副本|原件|复印件|影印件|扫描件|照片|电子版|电子件|纸质版|加盖公章|彩色|[\\p{P}\\p{S}\\p{Z}和或及的]|[一二两]份", "某某某某", "某"}},
	} {
		table := map[string]string{}
		if err := yaml.Unmarshal(room.table, &table); err != nil {
			t.Fatal(err)
		}
		used := chinese(t, room.dir)
		for text, at := range used {
			en, ok := table[text]
			switch {
			case slices.Contains(room.data, text) || slices.Contains(wordList, text):
			case !ok:
				t.Errorf("%s: %q has no English", at, text)
			case !sameVerbs(text, en):
				t.Errorf("%s: %q and %q have different verbs", at, text, en)
			}
		}
		for text := range table {
			if used[text] == "" && !spoken[text] {
				t.Errorf("%s: %q is not used", room.dir, text)
			}
		}
	}
}

// wordList are the words of the lint about wording.
var wordList = strings.Fields("法定代表人 法人代表 统一社会信用代码 社会信用代码 信用代码 账号 帐号 账户 帐户 登录 登陆 营业执照 工商执照 个体工商户 个体户 市场监管所 工商所 代理人 经办人")

var verb = regexp.MustCompile(`%(\[\d\])?[sdv]`)

func sameVerbs(zh, en string) bool {
	numbered := func(s string) []string {
		var out []string
		for i, v := range verb.FindAllString(s, -1) {
			if !strings.Contains(v, "[") {
				v = "%[" + strconv.Itoa(i+1) + "]" + v[1:]
			}
			out = append(out, v)
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	return slices.Equal(numbered(zh), numbered(en))
}

// chinese are the Chinese string literals of a room, with where they stand.
func chinese(t *testing.T, dir string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(lit.Value)
			if err == nil && strings.IndexFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0 {
				out[text] = set.Position(lit.Pos()).String()
			}
			return true
		})
	}
	return out
}
