package english

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTexts(t *testing.T) {
	dir := t.TempDir()
	source := "package p\n\n// 注释不算\nvar a, b, c = `你好`, \"第 %d 步，\" + (\"共 %d 步\"), \"plain\"\n\nvar d = \"<p class=\\\"x\\\">中文</p>\"\n"
	for name, content := range map[string]string{"a.go": source, "a_test.go": "package p\n\nvar e = \"测试\"\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found, err := Texts(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{"你好": true, "第 %d 步，共 %d 步": true, "中文": true}
	got := map[string]bool{}
	for text := range found {
		got[text] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestVerbs(t *testing.T) {
	for text, want := range map[string][]string{
		"%s 前交 %d 份":        {"s", "d"},
		"%[2]d by %[1]s":    {"s", "d"},
		"100%% of %.1f, %v": {"f", "v"},
		"nothing":           nil,
	} {
		if diff := cmp.Diff(want, verbs(text)); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}
