package portal_test

import (
	"os"
	"testing"

	"wangban/internal/english"
)

func TestEnglishIsComplete(t *testing.T) {
	english.Above(t, read(t, "en.yaml"), read(t, "../web/en.yaml"), read(t, "../material/en.yaml"))
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
