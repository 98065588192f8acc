package portal

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"wangban/internal/item"
	"wangban/items"
)

func guide(name, title string, keywords ...string) *item.Item {
	return &item.Item{Name: name, Guide: item.Guide{Title: title, Keywords: keywords, Office: "food",
		Themes: []string{"食品经营"}, Summary: "在网上办" + title + "。", Questions: []item.Question{{Ask: "多久办好" + title + "？"}}},
		English: map[string]string{title: "The " + name + " of a licence"}}
}

func unitName(code string) string { return map[string]string{"food": "食品安全监管室"}[code] }

var searched = newFinder([]*item.Item{
	guide("a-new", "食品经营许可证核发", "餐馆", "开饭店", "一照通"), guide("b-renew", "食品经营许可证延续", "续证", "到期"),
	guide("c-filing", "仅销售预包装食品备案", "小卖部", "便利店"), guide("d-lift", "电梯使用登记", "特种设备"), guide("e-sole", "个体工商户设立登记", "个体户", "营业执照"),
}, unitName)

func names(items []*item.Item) string {
	var out []string
	for _, it := range items {
		out = append(out, it.Name)
	}
	return strings.Join(out, " ")
}

func TestSearch(t *testing.T) {
	for _, c := range []struct{ query, found, near string }{
		{"食品经营许可证延续", "b-renew", ""},
		{"延续", "b-renew", ""},
		{"电梯", "d-lift", ""},
		{"ＤＴ", "d-lift", ""},        // full width, initials
		{"dianti", "d-lift", ""},    // pinyin
		{"iant", "", ""},            // in the middle of a syllable
		{"DianTi", "d-lift", ""},    //
		{"電梯", "d-lift", ""},        // traditional
		{"营業执照", "e-sole", ""},      // half of it
		{"点梯", "d-lift", ""},        // sounds the same
		{"特种设备", "d-lift", ""},      // synonym
		{"小卖部", "c-filing", ""},     //
		{"1照通", "a-new", ""},        // digits
		{"壹照通", "a-new", ""},        //
		{"电梯 登记", "d-lift", ""},     // words
		{"登记", "d-lift e-sole", ""}, //
		{"我要办理食品经营许可证延续怎么办？", "b-renew", ""},                    // what people say around it
		{"食品经营备案", "c-filing", ""},                              // pieces
		{"食品安全监管室", "a-new b-renew c-filing d-lift e-sole", ""}, // department
		{"spjyxkzyx", "b-renew", ""},
		{"renew", "b-renew", ""},
		{"LICENCE lift", "d-lift", ""},
		{"食品经营执照", "e-sole", ""},                 // both are in it, apart
		{"食品经营批文", "", "a-new b-renew c-filing"}, // nothing has all of it
		{"个体工商户贷款", "", "e-sole"},
		{"飞机", "", ""},
		{"xyzxyz", "", ""},
		{"", "", ""},
		{" ，。!", "", ""},
		{"办", "a-new b-renew c-filing d-lift e-sole", ""}, // only a filler, in every summary
		{"e", "", ""},
	} {
		found, near := searched.find(c.query)
		if names(found) != c.found {
			t.Errorf("%q finds %q, not %q", c.query, names(found), c.found)
		}
		if c.near != "" && !strings.HasPrefix(names(near), c.near) {
			t.Errorf("near %q is %q, not %q", c.query, names(near), c.near)
		}
		if c.found == "" && c.near == "" && len(near) > 0 {
			t.Errorf("near %q is %q", c.query, names(near))
		}
	}
}

// Every item is found first by its own title, however that is written.
func TestOwnTitleComesFirst(t *testing.T) {
	lib, err := item.NewLibrary(items.Files, "")
	if err != nil {
		t.Fatal(err)
	}
	f := newFinder(lib.All(), unitName)
	for _, it := range lib.All() {
		for _, query := range []string{it.Guide.Title, " " + it.Guide.Title + "　", it.English[it.Guide.Title], strings.ToUpper(it.English[it.Guide.Title]), "我要办" + it.Guide.Title} {
			if found, _ := f.find(query); len(found) == 0 || found[0] != it {
				t.Errorf("%q finds %q", query, names(found))
			}
		}
	}
}

// Whatever is typed: what is found is among the items, once, and small letters
// and spaces change nothing.
func FuzzSearch(f *testing.F) {
	for _, q := range []string{"食品", "spba", "电梯 登记", "我要办理", "𬱖㛃䶮", "\xff\x00", "ﬁ１２", strings.Repeat("食品经营", 40), "e\u0301", "İ", "一二三"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, query string) {
		found, near := searched.find(query)
		if len(found) > 0 && len(near) > 0 {
			t.Errorf("%q finds something and suggests", query)
		}
		for _, list := range [][]*item.Item{found, near} {
			for i, it := range list {
				if !slices.Contains(searched.items, it) || slices.Contains(list[:i], it) {
					t.Fatalf("%q finds %q", query, names(list))
				}
			}
		}
		if again, _ := searched.find("  " + query + " "); len([]rune(query)) < longestQuery-2 && names(again) != names(found) {
			t.Errorf("%q finds %q, and %q with spaces around it", query, names(found), names(again))
		}
	})
}

// A county has some hundred items.
func BenchmarkSearch(b *testing.B) {
	var many []*item.Item
	for i := range 400 {
		many = append(many, guide(fmt.Sprintf("item-%03d", i), fmt.Sprintf("第%d类食品经营许可证延续", i), "续证", "到期"))
	}
	f := newFinder(many, unitName)
	for _, query := range []string{"食品经营许可证延续", "spjyxkzyx", "shipinjingying", "食品经营的执照没有这样的"} {
		b.Run(query, func(b *testing.B) {
			for b.Loop() {
				f.find(query)
			}
		})
	}
}
