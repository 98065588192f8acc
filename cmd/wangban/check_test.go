package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"wangban/internal/item"
	"wangban/items"
)

// checked runs `wangban check` on a day on which the shipped calendar reaches
// far enough, and returns its report.
func checked(t *testing.T, args ...string) (report string, status int) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(append([]string{"check", "--from=2026-06-01"}, args...), &out, &errs)
	return out.String(), status
}

// copyItems copies shipped items into a folder, to be spoilt: those that a test
// asks for, as the check of each takes its time.
func copyItems(t *testing.T, to string, names ...string) {
	t.Helper()
	for _, name := range names {
		from, err := fs.Sub(items.Files, name)
		if err == nil {
			err = os.CopyFS(filepath.Join(to, name), from)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// spoil changes one place of a file, and says in which line the two differ
// first.
func spoil(t *testing.T, file, from, to string) (line int) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(b), from) != 1 {
		t.Fatalf("%q is %d times in %s", from, strings.Count(string(b), from), file)
	}
	spoiled := strings.Replace(string(b), from, to, 1)
	if err := os.WriteFile(file, []byte(spoiled), 0o600); err != nil {
		t.Fatal(err)
	}
	same := 0
	for same < len(b) && same < len(spoiled) && b[same] == spoiled[same] {
		same++
	}
	return 1 + strings.Count(spoiled[:same], "\n")
}

func TestShippedItemsHaveNothingToSay(t *testing.T) {
	county, err := readCounty("")
	if err != nil {
		t.Fatal(err)
	}
	look, err := (&checkCmd{From: "2026-06-01"}).look(county)
	if err != nil {
		t.Fatal(err)
	}
	report, err := look.installed("", true)
	if err != nil {
		t.Fatal(err)
	}
	for _, english := range []bool{false, true} {
		line, want := "%s：%d 个办理例子\n", ""
		if english {
			line = "%s: %d worked examples\n"
		}
		names, err := item.Names(items.Files)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			it, _ := item.Read(items.Files, name)
			want += fmt.Sprintf(line, name, len(it.Examples))
		}
		var said bytes.Buffer
		if err := report.write(&said, english); err != nil || said.String() != want {
			t.Errorf("%v\n%s", err, said.String())
		}
	}
}

// Each row breaks a shipped item in one place; what is found there names the
// folder that was given, the line, and what to do.
func TestWhatCheckFinds(t *testing.T) {
	const food, legal = "food-filing/", "legal-person-account/"
	for _, c := range []struct {
		name, file, from, to string
		want                 []string // "file:line: what is wrong"
	}{
		{"a number that the flow does not have", food + "flow.yaml", "number: food-filing", "number: food-filling", []string{"flow.yaml:{line}: 错误：没有叫“food-filling”的编号。建议：改成“food-filing”。"}},
		{"a document that does not exist", food + "flow.yaml", "document: certificate", "document: certifcate", []string{"flow.yaml:{line}: 错误：没有叫“certifcate”的文件模板。建议：改成“certificate”。"}},
		{"a mistyped setting", food + "flow.yaml", "document: certificate", "documnt: certificate", []string{"flow.yaml:{line}: 错误：不认识“documnt”。建议：改成“document”。"}},
		{"a public field that does not exist", food + "flow.yaml", "public: food.mode", "public: food.mood", []string{"flow.yaml:{line}: 错误：没有叫“food.mood”的字段。建议：改成“food.mode”。"}},
		{"no series", food + "flow.yaml", "{kind: food-filing, ", "{", []string{"flow.yaml:{line}: 错误：“licence.issue”没有写 kind。建议：写 kind:。"}},
		{"a group of the account", legal + "flow.yaml", "owner: rep,", "owner: reb,", []string{"错误：没有叫“reb”的字段组。建议：改成“rep”。"}},
		{"a group that is not a person", legal + "flow.yaml", "agent: agent,", "agent: unit,", []string{"“account.open”要用到字段“unit.mobile”，表单里没有。", "“unit.id_type”", "“unit.id_no”", "“account.open”用到的字段“unit.name”，类型要是 person_name。"}},
		{"a password that is none", legal + "flow.yaml", "password: account.password}", "password: unit.name}", []string{"错误：没有叫“unit.name”的字段。", "提醒：问了“account.password”，可是没有人用。"}},
		{"a setting of an effect that takes none", legal + "flow.yaml", "enter: [signing.invite]", "enter: [{signing.invite: {to: rep}}]", []string{"错误：“signing.invite”没有可以设定的内容。"}},
		{"a condition in a document", food + "documents/certificate.yaml", "when: site.warehouse == true", "when: site.warehuose == true", []string{"documents/certificate.yaml:{line}: 错误：条件里的“site.warehuose”不存在。建议：改成“site.warehouse”。"}},
		{"a text compared with a number", food + "form.yaml", "type: address, help: 写到门牌号", "type: address, optional_when: site.town > 3, help: 写到门牌号", []string{"form.yaml:{line}: 错误：条件永远算不出来：invalid operation: > (mismatched types string and int)"}},
		{"a layout", food + "documents/certificate.yaml", "size: 32", "size: 320", []string{"documents/certificate.yaml:{line}: 错误：size 要在 6 和 80 之间。"}},
		{"a story", food + "examples/filed-at-once.yaml", "message: filed,", "message: returned,", []string{"examples/filed-at-once.yaml:", "错误：第 1 条短信不一样：例子写的是 returned → contact，实际是 filed → contact"}},
		{"a limit of ages", food + "flow.yaml", "within: 30 minutes", "within: 99999999999 workdays", []string{"flow.yaml:{line}: 错误：时限太长：“99999999999 workdays”。"}},
		{"a role nobody holds", food + "flow.yaml", "label: 待核对\n    hint: 已排队等工作人员核对，结果会发短信。\n    by: reviewer", "label: 待核对\n    hint: 已排队等工作人员核对，结果会发短信。\n    by: reviever", []string{"flow.yaml:{line}: 错误：没有叫“reviever”的岗位。建议：改成“reviewer”。"}},
		{"broken YAML", food + "form.yaml", "pages:", "pages: [", []string{"form.yaml:{line}: 错误：不是正确的 YAML"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			folder, _, _ := strings.Cut(c.file, "/")
			copyItems(t, "my", folder)
			line := spoil(t, filepath.Join("my", c.file), c.from, c.to)
			report, status := checked(t, "my/"+folder)
			for _, want := range c.want {
				if want = strings.ReplaceAll(want, "{line}", strconv.Itoa(line)); !strings.Contains(report, want) {
					t.Errorf("not reported: %s", want)
				}
			}
			lines := strings.Split(strings.TrimSpace(report), "\n")
			if found := len(lines) - 1; status != 1 || !strings.Contains(c.name, "story") && found != len(c.want) {
				t.Errorf("status %d, %d lines", status, found)
			}
			for _, line := range lines[:len(lines)-1] {
				if !strings.HasPrefix(line, "my/"+folder+"/") {
					t.Errorf("not the folder that was given: %s", line)
				}
			}
			if t.Failed() {
				t.Log(report)
			}
			english, _ := checked(t, "--english", "my/"+folder)
			if rest := quotedText.ReplaceAllString(english, ""); han.MatchString(rest) {
				t.Errorf("Chinese in the English report: %s", rest)
			}
		})
	}
}

var (
	han        = regexp.MustCompile(`\p{Han}`)
	quotedText = regexp.MustCompile(`“[^”]*”`)
)

// A folder that holds items stands for them; one that holds none is told so in
// a line.
func TestCheckOfFolders(t *testing.T) {
	t.Chdir(t.TempDir())
	copyItems(t, "all", "food-filing", "legal-person-account")
	if err := os.MkdirAll("empty/nothing", 0o700); err != nil {
		t.Fatal(err)
	}
	if report, status := checked(t, "all"); status != 0 || !strings.Contains(report, "food-filing") || !strings.Contains(report, "legal-person-account") {
		t.Errorf("%d\n%s", status, report)
	}
	if report, status := checked(t, "empty"); status != 1 || report != "empty: 错误：这个文件夹里没有事项。建议：写一个事项的文件夹，例如 items/food-filing，或者放事项的文件夹，例如 items。\n1 个错误，0 个提醒\n" {
		t.Errorf("%d\n%s", status, report)
	}
}

// Without a folder, the installation's own items are checked too, wherever it
// keeps them; one takes the place of a shipped item of the same name.
func TestCheckOfTheInstallation(t *testing.T) {
	for _, own := range []string{"wangban-data/items", "elsewhere"} {
		t.Run(own, func(t *testing.T) {
			t.Chdir(t.TempDir())
			copyItems(t, own, "food-filing")
			line := spoil(t, filepath.Join(own, "food-filing/flow.yaml"), "number: food-filing", "number: food-filling")
			if own == "elsewhere" {
				t.Setenv("WANGBAN_ITEMS", own)
			}
			report, status := checked(t)
			if want := fmt.Sprintf("%s/food-filing/flow.yaml:%d: 错误：", own, line); status != 1 || !strings.Contains(report, want) || strings.Contains(report, "food-filing：") || !strings.Contains(report, "legal-person-account：") {
				t.Errorf("%d\n%s", status, report)
			}
		})
	}
}

// An item of the installation can be for a role that its county has, without a
// change to the program.
func TestRolesAreTheCountys(t *testing.T) {
	t.Chdir(t.TempDir())
	copyItems(t, "my", "food-filing")
	spoil(t, "my/food-filing/flow.yaml", "label: 待核对\n    hint: 已排队等工作人员核对，结果会发短信。\n    by: reviewer", "label: 待核对\n    hint: 已排队等工作人员核对，结果会发短信。\n    by: registrar")
	if report, status := checked(t, "my/food-filing"); status != 1 || !strings.Contains(report, "没有叫“registrar”的岗位") {
		t.Errorf("%d\n%s", status, report)
	}
	source, err := os.ReadFile(filepath.Join(home, "county/shucheng.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	source = bytes.Replace(source, []byte("roles:\n"), []byte("roles:\n  registrar: {zh: 登记, en: Registrar}\n"), 1)
	if err := os.WriteFile("county.yaml", source, 0o600); err != nil {
		t.Fatal(err)
	}
	report, _ := checked(t, "--county", "county.yaml", "my/food-filing")
	if strings.Contains(report, "没有叫") {
		t.Error(report)
	}
}

// home is the root of the repository, while tests stand elsewhere.
var home = func() string {
	dir, err := filepath.Abs("../..")
	if err != nil {
		panic(err)
	}
	return dir
}()

// A broken item keeps the installation from starting, with the whole report of
// all items, and before there is a database.
func TestBrokenItemsAreRefusedAtStart(t *testing.T) {
	data := t.TempDir()
	own := filepath.Join(data, "items")
	copyItems(t, own, "food-filing", "legal-person-account")
	line := spoil(t, filepath.Join(own, "food-filing/flow.yaml"), "start: draft", "start: draft\nowner: me")
	spoil(t, filepath.Join(own, "legal-person-account/flow.yaml"), "owner: rep,", "owner: reb,")
	_, err := open(t.Context(), settings{Data: data}, false, slog.New(slog.DiscardHandler))
	if err == nil {
		t.Fatal("it starts")
	}
	for _, want := range []string{
		fmt.Sprintf("%s/food-filing/flow.yaml:%d: 错误：不认识“owner”。", filepath.ToSlash(own), line),
		fmt.Sprintf("/food-filing/flow.yaml:%d: error: “owner” is not known.", line),
		"没有叫“reb”的字段组", "There is no group of fields called “reb”.",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("not reported: %s\n%v", want, err)
		}
	}
	left, err := filepath.Glob(filepath.Join(data, "*"))
	if err != nil || len(left) != 1 {
		t.Errorf("beside the items there is: %v, %v", left, err)
	}
}

func TestEveryEffectLooksAtItsSettings(t *testing.T) {
	for name, check := range (&installation{}).effects().checks() {
		if check == nil {
			t.Errorf("nobody looks at what items tell %s", name)
		}
	}
}

// An item whose longest limit reaches into a year that the calendar lacks is
// named, with the line and what to do, until the year is there; it can be used
// all the same.
func TestCheckOfTheCalendar(t *testing.T) {
	t.Chdir(t.TempDir())
	check := func(args ...string) (string, int) {
		var out, errs bytes.Buffer
		status := run(append([]string{"check", "--english"}, args...), &out, &errs)
		return out.String() + errs.String(), status
	}
	copyItems(t, "my", "food-licence", "food-licence-renewal")
	for _, c := range []struct{ item, day, place, limit string }{
		{"food-licence-renewal", "2027-08-02", "", ""},                                     // 90 workdays end in the year
		{"food-licence-renewal", "2027-09-01", "my/food-licence-renewal/flow.yaml:", "90"}, // the season
		{"food-licence", "2027-10-08", "", ""},
		{"food-licence", "2027-12-20", "/food/flow.yaml:", "15"}, // the limit, extended
	} {
		report, status := check("--from="+c.day, "my/"+c.item)
		if c.limit == "" {
			if status != 0 || strings.Contains(report, "2028") {
				t.Errorf("%s on %s: %d\n%s", c.item, c.day, status, report)
			}
			continue
		}
		if want := "a limit of " + c.limit + " workdays needs the workday calendar of 2028"; status != 0 || !strings.Contains(report, want) || !strings.Contains(report, c.place) || !strings.Contains(report, "WANGBAN_CALENDAR") {
			t.Errorf("%s on %s: %d\n%s", c.item, c.day, status, report)
		}
	}
	if err := os.WriteFile("calendar.json", []byte(`{"years": {"2028": {"status": "official"}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if report, status := check("--from=2027-12-20", "--calendar=calendar.json", "my/food-licence-renewal"); status != 0 || strings.Contains(report, "2028") {
		t.Errorf("with the year: %d\n%s", status, report)
	}
	if report, status := check("--from=soon", "my"); status != 1 || !strings.Contains(report, "2027-11-01") {
		t.Errorf("no day: %d\n%s", status, report)
	}
}
