package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wangban/internal/workday"
)

// An installation's calendar is read beside the shipped one; a file with a
// mistake is named with the mistake, and nothing starts.
func TestCalendarOfTheInstallation(t *testing.T) {
	file := filepath.Join(t.TempDir(), "calendar.json")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(`{"years": {"2028": {"status": "official", "off": {"2028-01-03": "元旦"}}}}`)
	c, err := readCalendar(file)
	if err != nil {
		t.Fatal(err)
	}
	if known, official := c.Known(2028); !known || !official {
		t.Error("2028 is not known")
	}
	if c.IsWorkday(time.Date(2026, 10, 1, 12, 0, 0, 0, workday.Shanghai)) {
		t.Error("the shipped years are gone")
	}
	write(`{"years": {"2028": {"off": {"2027-01-03": "元旦"}}}}`)
	if _, err := readCalendar(file); err == nil || !strings.Contains(err.Error(), file) || !strings.Contains(err.Error(), "2027-01-03") {
		t.Errorf("a date of another year: %v", err)
	}
	if _, err := readCalendar(file + "x"); err == nil {
		t.Error("a file that is not there is taken for none")
	}
}
