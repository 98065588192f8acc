package workday_test

import (
	_ "embed"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wangban/internal/workday"
)

//go:embed testdata/vectors.json
var vectorsJSON []byte

var vectors struct {
	WorkingDays struct {
		Vectors []struct {
			Start, Deadline string
			N               int
		}
		IsWorkday []struct {
			Date    string
			Workday bool
		} `json:"is_workday"`
		YearCounts map[string]int `json:"year_counts"`
	} `json:"working_days"`
	NaturalDays struct {
		Vectors []struct {
			Published  string
			Days       int
			LastDay    string `json:"last_day"`
			LastRolled string `json:"last_day_rolled"`
		}
	} `json:"natural_days"`
	SignWindow struct {
		Vectors []struct {
			Sent, Expires time.Time
			SignedAt      time.Time `json:"signed_at"`
			Result        string
		}
	} `json:"sign_window_48h"`
}

func init() {
	if err := json.Unmarshal(vectorsJSON, &vectors); err != nil {
		panic(err)
	}
}

func date(t *testing.T, s string) time.Time {
	t.Helper()
	d, err := time.ParseInLocation(time.DateOnly, s, workday.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWorkdays(t *testing.T) {
	c := workday.Default()
	for _, v := range vectors.WorkingDays.Vectors {
		for _, hour := range []int{0, 9, 23} { // the time of day does not matter
			due := c.Workdays(date(t, v.Start).Add(time.Duration(hour)*time.Hour), v.N, workday.DefaultOffice)
			if got := due.At.Format("2006-01-02 15:04"); got != v.Deadline+" 17:30" {
				t.Errorf("%s at %d + %d workdays: %s, want %s", v.Start, hour, v.N, got, v.Deadline)
			}
		}
	}
	for _, v := range vectors.WorkingDays.IsWorkday {
		if c.IsWorkday(date(t, v.Date)) != v.Workday {
			t.Errorf("%s: workday is not %v", v.Date, v.Workday)
		}
	}
	for name, want := range vectors.WorkingDays.YearCounts {
		y, _ := strconv.Atoi(name)
		if got := c.Between(time.Date(y-1, 12, 31, 0, 0, 0, 0, workday.Shanghai), time.Date(y, 12, 31, 0, 0, 0, 0, workday.Shanghai)); got != want {
			t.Errorf("%d has %d workdays, want %d", y, got, want)
		}
	}
}

func TestNaturalDays(t *testing.T) {
	c := workday.Default()
	for _, v := range vectors.NaturalDays.Vectors {
		if got := c.NaturalDays(date(t, v.Published), v.Days, false).Format(time.DateOnly); got != v.LastDay {
			t.Errorf("%s + %d: %s, want %s", v.Published, v.Days, got, v.LastDay)
		}
		if got := c.NaturalDays(date(t, v.Published), v.Days, true).Format(time.DateOnly); got != v.LastRolled {
			t.Errorf("%s + %d rolled: %s, want %s", v.Published, v.Days, got, v.LastRolled)
		}
	}
}

// covers: R-065, C-04, C-06
func TestFortyEightHours(t *testing.T) {
	for _, v := range vectors.SignWindow.Vectors {
		end := workday.Hours(v.Sent, 48)
		if !end.Equal(v.Expires) || v.SignedAt.Before(end) != (v.Result == "accepted") {
			t.Errorf("sent %v, signed %v: ends %v, want %s", v.Sent, v.SignedAt, end, v.Result)
		}
	}
}

// TestNaiveModel counts days one by one, the way a clerk does on a wall
// calendar.
func TestNaiveModel(t *testing.T) {
	c := workday.Default()
	rapid.Check(t, func(t *rapid.T) {
		start := time.Date(2020, 1, 1, 0, 0, 0, 0, workday.Shanghai).Add(time.Duration(rapid.IntRange(0, 7*365*24).Draw(t, "hours")) * time.Hour)
		n := rapid.IntRange(1, 45).Draw(t, "n")
		due := c.Workdays(start, n, workday.DefaultOffice)
		day := start
		for left := n; left > 0; {
			day = day.Add(24 * time.Hour)
			if c.On(day).Workday {
				left--
			}
		}
		if due.At.Format(time.DateOnly) != day.Format(time.DateOnly) {
			t.Fatalf("%v + %d: %v, by the wall calendar %v", start, n, due.At, day)
		}
		if got := c.Between(start, due.At); got != n {
			t.Fatalf("%d workdays between start and end, want %d", got, n)
		}
		if first, _, _ := strings.Cut(due.Explain(true), " (the official"); !strings.HasSuffix(first, "workday "+strconv.Itoa(n)) {
			t.Fatalf("the explanation does not count %d workdays: %s", n, due.Explain(true))
		}
	})
}

// Limits beyond all limits come to an end.
func TestNoLimitIsEndless(t *testing.T) {
	c := workday.Default()
	start := date(t, "2020-09-30")
	if got := len(c.Workdays(start, 99999999999, workday.DefaultOffice).Days); got > 2*workday.MostWorkdays {
		t.Errorf("%d days counted", got)
	}
	if due := workday.Hours(start, 99999999999); due.Before(start) {
		t.Errorf("a limit ends before it begins: %v", due)
	}
}

func TestExplanation(t *testing.T) {
	due := workday.Default().Workdays(date(t, "2020-09-30"), 2, workday.DefaultOffice)
	for _, want := range []string{"10月1日国庆节放假不计", "10月9日第 1 个工作日", "10月10日调休上班，第 2 个工作日"} {
		if !strings.Contains(due.Explain(false), want) {
			t.Errorf("no %q in %s", want, due.Explain(false))
		}
	}
	if due := workday.Default().Workdays(date(t, "2027-01-04"), 1, workday.DefaultOffice); !due.Provisional {
		t.Error("2027 is taken for official")
	}
}

func TestLights(t *testing.T) {
	start := date(t, "2026-11-02")
	due := start.Add(100 * time.Hour)
	for hours, want := range map[int]workday.Light{0: workday.Green, 79: workday.Green, 80: workday.Amber, 99: workday.Amber, 100: workday.Red, 500: workday.Red} {
		if got := workday.LightOf(start, due, start.Add(time.Duration(hours)*time.Hour)); got != want {
			t.Errorf("after %d of 100 hours: %s, want %s", hours, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"years":{"2027":{"status":"official","off":{"2027-01-01":"元旦"},"work":{"2027-01-02":"元旦"}}}}`)
	f.Add(`{"years":{"2027":{"off":{"2027-13-01":""}}}}`)
	f.Add(`{"years":{}}`)
	f.Fuzz(func(t *testing.T, s string) {
		c, err := workday.Read(strings.NewReader(s))
		if err != nil {
			return
		}
		c.On(time.Date(2027, 1, 2, 0, 0, 0, 0, time.UTC))
	})
}
