package main

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
)

// check holds claims and list against each other.
func check(list []requirement, claims []claim) (problems []string) {
	listed := map[string]bool{}
	for _, r := range list {
		listed[r.ID] = true
		if r.Later == "" && !slices.ContainsFunc(claims, func(c claim) bool { return c.id == r.ID }) {
			problems = append(problems, fmt.Sprintf("%s: no test shows it: %s", r.ID, r.Text))
		}
	}
	told := map[claim]bool{}
	for _, c := range claims {
		once := claim{id: c.id, test: c.test, file: c.file}
		switch {
		case !listed[c.id]:
			problems = append(problems, fmt.Sprintf("%s:%d: %s covers %q, which is not in the list", c.file, c.line, c.test, c.id))
		case told[once]:
			problems = append(problems, fmt.Sprintf("%s:%d: %s names %s twice", c.file, c.line, c.test, c.id))
		}
		told[once] = true
	}
	return problems
}

// draw is the table in Markdown.
func draw(list []requirement, claims []claim) string {
	var b strings.Builder
	b.WriteString(`# Requirements and the tests that show them

What registering legal-person accounts (法人注册), filing a food business (食品经营备案), help at the window (帮办) and messages by SMS have to do, and the tests that show it. Made by ` + "`./dev requirements`" + ` from [list.yaml](requirements/list.yaml) and from what the tests say they cover; a test fails when it is stale, when a requirement has no test, or when a test names one that is not listed.

Numbers: ` + "`R`" + ` a requirement (要求), ` + "`T`" + ` a transition of the registration's states (状态变化), ` + "`C`" + ` a corner case with its decision (特殊情形).
`)
	for _, part := range []struct{ letter, title string }{
		{"R", "Requirements"}, {"T", "Transitions"}, {"C", "Corner cases"},
	} {
		fmt.Fprintf(&b, "\n## %s\n\n| id | what is asked | shown by |\n|---|---|---|\n", part.title)
		for _, r := range list {
			if r.Later == "" && strings.HasPrefix(r.ID, part.letter) {
				text := r.Text
				if r.NotYet != "" {
					text += " **Not yet:** " + r.NotYet
				}
				fmt.Fprintf(&b, "| %s | %s | %s |\n", r.ID, cell(text), shownBy(r.ID, claims))
			}
		}
	}
	b.WriteString("\n## Later\n\nThese touch the registration and wait for the work that needs them.\n\n| id | what is asked | waits for | shown already by |\n|---|---|---|---|\n")
	for _, r := range list {
		if r.Later != "" {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r.ID, cell(r.Text), cell(r.Later), shownBy(r.ID, claims))
		}
	}
	return b.String()
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// shownBy lists tests by folder: internal/signing: TestLate, TestRefuse.
func shownBy(id string, claims []claim) string {
	var of []claim
	for _, c := range claims {
		if c.id == id {
			of = append(of, c)
		}
	}
	slices.SortFunc(of, func(a, b claim) int {
		return cmp.Or(cmp.Compare(folder(a), folder(b)), cmp.Compare(a.test, b.test))
	})
	var b strings.Builder
	for i, c := range of {
		switch {
		case i == 0:
			fmt.Fprintf(&b, "%s: ", folder(c))
		case folder(c) != folder(of[i-1]):
			fmt.Fprintf(&b, "<br>%s: ", folder(c))
		default:
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "[%s](../%s)", c.test, c.file)
	}
	return b.String()
}

// folder is where a test stands: its room, its item.
func folder(c claim) string {
	return strings.TrimPrefix(strings.TrimSuffix(path.Dir(c.file), "/examples"), "internal/")
}
