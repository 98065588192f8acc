package kiosk_test

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
	below, err := os.ReadFile("../web/en.yaml")
	if err != nil {
		t.Fatal(err)
	}
	english.Above(t, table, below)
}
