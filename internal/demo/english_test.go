package demo

import (
	"os"
	"testing"

	"wangban/internal/english"
)

func TestEnglishIsComplete(t *testing.T) {
	below, err := os.ReadFile("../web/en.yaml")
	if err != nil {
		t.Fatal(err)
	}
	english.Above(t, English, below)
}
