package registry

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/encoding/simplifiedchinese"

	"wangban/internal/cn"
)

// Whatever a file holds, reading it ends, and every row that is kept is fit to
// be kept.
func FuzzReader(f *testing.F) {
	good := "统一社会信用代码,名称,法定代表人,登记状态,成立日期\n" + cn.MakeUSCC(cn.Enterprise, "341523", 1) + ",甲公司,张三,存续,2020-07-31\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(good)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{good, gb, "\xef\xbb\xbf" + good, "\xff\xfe\x01", "\xfe\xff", "PK\x03\x04", "USCC;名称\n\"", strings.ReplaceAll(good, ",", "\t"),
		"USCC,名称,法人,状态\n" + cn.MakeUSCC(cn.SoleTrader, "341523", 2) + ",***,\"李\n四\",注销\n,,,\n\",\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		tab, err := readTable(bytes.NewReader(content))
		if err != nil {
			return
		}
		r := reader{table: tab, towns: map[string]string{"341523100": "城关镇"}}
		last := 0
		for _, l := range tab.lines {
			if l.number <= last {
				t.Fatalf("row %d after row %d", l.number, last)
			}
			last = l.number
			row, ok := r.read(l)
			if !ok && len(r.problems) == 0 {
				t.Fatalf("row %d is turned down without a word", l.number)
			}
			if ok && (cn.USCC(row.USCC).Level == cn.Error || row.Name == "" || row.Rep == "" || row.Status == "") {
				t.Fatalf("row %d is kept: %+v", l.number, row)
			}
			for _, s := range row.Cells() {
				if strings.Contains(s, "\x00") {
					t.Fatalf("row %d has a character that no database keeps", l.number)
				}
			}
		}
	})
}

// covers: C-20, C-21
func TestSameRep(t *testing.T) {
	for _, c := range []struct {
		given, known string
		want         likeness
	}{
		{"龚䶮", "龚䶮", same},
		{"龚䶮", "龚?", unsure},
		{"龚䶮", "龚\ue863", unsure},
		{"龚䶮", "王?", different},
		{"龚䶮", "龚龚?", different},
		{"阿卜杜拉·买买提", "阿卜杜拉•买买提", same},
		{"李四", "张三、李四", same},
		{"李四", "某某投资有限公司（委派代表：李四）", same},
		{"王五", "张三、李四", different},
		{"王\u9fb4", "王\ue81e", same}, // GB 18030-2000 in an old base
		{"王\U00020087", "王\ue816", same},
		{"MARIA O'CONNOR", "Maria O'Connor", same},
	} {
		if got := sameRep(c.given, c.known); got != c.want {
			t.Errorf("%s and %s: %d, want %d", c.given, c.known, got, c.want)
		}
	}
}

func TestKindOf(t *testing.T) {
	enterprise, trader := cn.MakeUSCC(cn.Enterprise, "341523", 1), cn.MakeUSCC(cn.SoleTrader, "341523", 1)
	for _, c := range []struct{ written, uscc, want string }{
		{"有限责任公司（自然人独资）", enterprise, "enterprise"},
		{"个人独资企业", enterprise, "sole_proprietorship"},
		{"普通合伙企业", enterprise, "partnership"},
		{"有限责任公司分公司(非自然人投资或控股的法人独资)", enterprise, "branch"},
		{"个人独资企业分支机构", enterprise, "branch"},
		{"农民专业合作社", enterprise, "cooperative"},
		{"全民所有制", enterprise, "enterprise"},
		{"", trader, "sole_trader"},
		{"个体工商户", trader, "sole_trader"},
	} {
		if got := kindOf(c.written, c.uscc); got != c.want {
			t.Errorf("%s: %s, want %s", c.written, got, c.want)
		}
	}
}

func TestTownIn(t *testing.T) {
	towns := map[string]string{"1": "城关镇", "2": "舒城县经济开发区", "3": "开发区", "4": ""}
	for address, want := range map[string]string{"舒城县城关镇1号": "1", "舒城县经济开发区纬一路": "2", "某地": ""} {
		if got := townIn(towns, address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}

// Every text for people has an English one, and none is left over.
func TestEnglishIsComplete(t *testing.T) {
	table := map[string]string{}
	if err := yaml.Unmarshal(English, &table); err != nil {
		t.Fatal(err)
	}
	texts := regexp.MustCompile(`"([^"\n]*。)"`)
	used := map[string]bool{"登记状态": true} // the words of the comparison are no sentences
	for _, s := range []Status{Living, Dormant, WindingUp, Moved, Revoked, Annulled, Deregistered} {
		used[s.Label()] = true
		if table[s.Label()] == "" {
			t.Errorf("no English for %q", s.Label())
		}
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, m := range texts.FindAllStringSubmatch(string(content), -1) {
			used[m[1]] = true
			if strings.Count(m[1], "%") != strings.Count(table[m[1]], "%") || table[m[1]] == "" {
				t.Errorf("%s: no fitting English for %q", file, m[1])
			}
		}
	}
	for zh := range table {
		if !used[zh] {
			t.Errorf("en.yaml: %q is not used", zh)
		}
	}
}
