package item

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"wangban/internal/form"
)

// phrase is a text of the item that people read.
type phrase struct {
	file, text string
	line       int
}

// unseen are keys whose texts people do not read on screens, or not in another
// language.
var unseen = []string{"unsure", "keywords", "checks", "vars", "when", "is", "pattern", "default", "numbers", "codes", "covers"}

// phrases are the Chinese texts of the item's own files, in order.
func phrases(it *Item) []phrase {
	var out []phrase
	here := "items/" + it.Name + "/"
	files := []string{"item.yaml", "form.yaml", "flow.yaml", "messages.yaml"}
	for _, name := range sortedNames(it.Sheets) {
		files = append(files, "sheets/"+name+".yaml")
	}
	for _, file := range files {
		gather(it.roots[file], func(n *node) {
			if hasHan(n.text) {
				out = append(out, phrase{cmp.Or(n.file, here+file), n.text, n.line})
			}
		})
	}
	for _, name := range sortedNames(it.Titles) {
		file := "examples/" + name + ".yaml"
		if hasHan(it.Titles[name]) {
			out = append(out, phrase{here + file, it.Titles[name], it.roots[file].line})
		}
	}
	return out
}

func gather(n *node, found func(*node)) {
	if n == nil {
		return
	}
	if n.kind == scalar {
		found(n)
	}
	for i, child := range n.items {
		if n.kind == mapping && slices.Contains(unseen, n.keys[i].name) {
			continue
		}
		gather(child, found)
	}
}

func hasHan(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0
}

func (c *check) textProblem(p phrase, text, suggestion string, args ...any) {
	c.problems = append(c.problems, Problem{File: p.file, Line: p.line, Text: text, Suggestion: suggestion, Args: args, Severity: Warning})
}

// translations must be complete and speak of the same variables.
func (c *check) translations() {
	seen := map[string]bool{}
	for _, p := range phrases(c.it) {
		en, ok := c.it.English[p.text]
		switch {
		case seen[p.text]:
		case !ok:
			c.textProblem(p, "“%s”没有英文。", "在 en.yaml 里加上。", shorten(p.text))
		case !sameVariables(p.text, en):
			at := inFile("en", p.text)
			c.wrong(at, "“%s”的英文里变量不一样。", "${…} 照抄中文里的。", shorten(p.text))
		case hasHan(strings.Join(strings.Fields(quoted.ReplaceAllString(en, "")), " ")):
			c.doubt(inFile("en", p.text), "“%s”的英文里还有中文。", "全部翻译成英文；要引用的中文放进引号。", shorten(p.text))
		}
		seen[p.text] = true
	}
	for _, stage := range c.it.Flow.Stages {
		for _, act := range stage.Acts {
			seen["act:"+act.Label] = true // to tell the act from what comes of it
		}
	}
	for _, act := range c.it.Flow.House {
		seen["act:"+act.Label] = true
	}
	for _, d := range c.it.Documents {
		seen[d.Title] = true
	}
	for _, catalogue := range c.it.Catalogues {
		for _, e := range catalogue.Entries {
			seen[e.Name] = true
		}
	}
	for _, zh := range sortedNames(c.it.English) {
		at := inFile("en", zh)
		if file, _ := c.written(at); strings.HasPrefix(file, "items/"+SharedFolder+"/") {
			continue // other items say it
		}
		if !seen[zh] && hasHan(zh) {
			c.doubt(at, "“%s”在事项里已经没有了。", "从 en.yaml 里删去，或者改成现在的中文。", shorten(zh))
		}
	}
}

var quoted = regexp.MustCompile(`[“"(（][^”")）]*[”")）]`)

func sameVariables(zh, en string) bool {
	a, b := variablesIn(zh), variablesIn(en)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

func shorten(s string) string { return form.Short(s, 24) }

// halfWidth is ASCII punctuation beside a Chinese character.
var halfWidth = regexp.MustCompile(`\p{Han}[,:;!?()]|[,:;!?()]\p{Han}|\p{Han}\.(\p{Han}|$)`)

// twoWords are different words for one thing; the first is the one to use.
var twoWords = [][]string{
	{"法定代表人", "法人代表"},
	{"统一社会信用代码", "社会信用代码", "信用代码"},
	{"账号", "帐号"},
	{"账户", "帐户"},
	{"登录", "登陆"},
	{"营业执照", "工商执照"},
	{"个体工商户", "个体户"},
	{"市场监管所", "工商所"},
	{"代理人", "经办人"},
}

// wording looks at how texts are written.
func (c *check) wording() {
	for _, p := range phrases(c.it) {
		plain := messageVariable.ReplaceAllString(p.text, "")
		if m := halfWidth.FindString(plain); m != "" {
			c.textProblem(p, "“%s”里用了半角标点（%s）。", "中文旁边用全角标点：，。：；（）。", shorten(p.text), m)
		}
		for _, words := range twoWords {
			rest := strings.ReplaceAll(plain, words[0], "")
			for _, other := range words[1:] {
				if strings.Contains(rest, other) {
					c.textProblem(p, "这里写“%s”，别处写“%s”，是一回事。", "统一写“%[2]s”。", other, words[0])
					break
				}
			}
		}
	}
}
