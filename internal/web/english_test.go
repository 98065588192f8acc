package web_test

import (
	"os"
	"testing"

	"wangban/internal/english"
)

func TestEnglishIsComplete(t *testing.T) {
	table, err := os.ReadFile("en.yaml")
	if err != nil {
		t.Fatal(err)
	}
	english.Complete(t, table)
}
