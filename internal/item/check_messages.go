package item

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"wangban/internal/form"
)

var messageVariable = regexp.MustCompile(`\$\{([^}]*)\}`)

func (c *check) messages() {
	used := map[string]bool{}
	for _, t := range tellsOf(c.it) {
		used[t.Message] = true
	}
	ids := map[string]string{}
	for _, name := range sortedNames(c.it.Messages) {
		m, at := c.it.Messages[name], inFile("messages", name)
		if m.Text == "" {
			c.wrong(at, "短信“%s”没有内容。", "写 text:。", name)
		}
		if !used[name] {
			c.doubt(at, "短信“%s”没有地方在发。", "在流程里写 tell:，或者删去。", name)
		}
		if other, twice := ids[m.ID]; twice && m.ID != "" {
			c.wrong(at.under("id"), "短信“%s”和“%s”的编号都是 %s。", "给其中一条换个编号。", other, name, m.ID)
		}
		ids[m.ID] = name
		written := variablesIn(m.Text)
		for _, v := range written {
			if cond, ok := m.Vars[v]; !ok || cond.Empty() {
				c.wrong(at.under("text"), "短信“%s”里的 ${%s} 没有说明是什么。", "在 vars: 里加上 %[2]s。", name, v)
			}
		}
		for _, v := range sortedNames(m.Vars) {
			if !slices.Contains(written, v) {
				c.wrong(at.under("vars", v), "短信“%s”里没有用到“%s”。", "在 text: 里写 ${%[2]s}，或者删去。", name, v)
			}
		}
		for _, v := range written {
			if touched(m.Text, v) && slices.ContainsFunc(m.Vars[v].Refs(), func(ref string) bool { return ref == "sign_url" || ref == "case_url" }) {
				c.doubt(at.under("text"), "短信“%s”里的网址 ${%s} 挨着文字，手机会把后面的字当成网址。", "两边各留一个空格。", name, v)
			}
		}
		if strings.Contains(m.Text, "【") {
			c.wrong(at.under("text"), "签名【…】由系统加上，不用写。", "从 text: 里删去。")
		}
	}
	c.papersSaid()
}

// papersSaid are the documents that texts name: where none is made there is
// nothing to name.
func (c *check) papersSaid() {
	for _, t := range tellsOf(c.it) {
		m := c.it.Messages[t.Message]
		for _, v := range variablesIn(m.Text) {
			if namesPapers(m.Vars[v]) && !t.papers && !asksForPapers(t.When) {
				c.wrong(t.at.under("message"), "短信“%s”说到文书（${%s}），这里却不制作文书。", "在同一个动作里写 papers:，或者发另一条短信。", t.Message, v)
			}
		}
	}
	elsewhere := conditionsOf(c.it)
	for _, d := range documentNames(c.it) {
		elsewhere = append(elsewhere, expressionsOf(c.it, d)...)
	}
	for _, e := range elsewhere {
		if slices.Contains(e.cond.Refs(), "papers") && e.at.file != "messages.yaml" && !slices.Contains(e.at.path, any("tell")) {
			c.wrong(e.at, "“papers”是短信说到的文书，这里没有。", "只在短信的 vars: 和 tell: 的 when: 里用。")
		}
	}
}

// namesPapers tells whether a variable names documents, and takes for granted
// that there are some.
func namesPapers(v form.Cond) bool {
	return slices.Contains(v.Refs(), "papers") && !asksForPapers(v)
}

// asksForPapers tells whether an expression asks if there are documents.
func asksForPapers(cond form.Cond) bool {
	return slices.ContainsFunc(comparisons(cond), func(cmp comparison) bool { return cmp.ref == "papers" })
}

// touched tells whether something else than a space stands beside a variable.
func touched(text, variable string) bool {
	parts := strings.Split(text, "${"+variable+"}")
	for i, part := range parts {
		first, _ := utf8.DecodeRuneInString(part)
		last, _ := utf8.DecodeLastRuneInString(part)
		if part != "" && (i > 0 && !unicode.IsSpace(first) || i < len(parts)-1 && !unicode.IsSpace(last)) {
			return true
		}
	}
	return false
}

func variablesIn(text string) []string {
	var names []string
	for _, m := range messageVariable.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	return names
}
