package item

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
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
			if touched(m.Text, v) && slices.Contains(m.Vars[v].Refs(), "sign_url") {
				c.doubt(at.under("text"), "短信“%s”里的网址 ${%s} 挨着文字，手机会把后面的字当成网址。", "两边各留一个空格。", name, v)
			}
		}
		if strings.Contains(m.Text, "【") {
			c.wrong(at.under("text"), "签名【…】由系统加上，不用写。", "从 text: 里删去。")
		}
	}
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
