package workday_test

import (
	_ "embed"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

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
			due := count(t, date(t, v.Start).Add(time.Duration(hour)*time.Hour), workday.Limit{N: v.N, Unit: workday.Workdays})
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
		if got, unknown := c.Between(time.Date(y-1, 12, 31, 0, 0, 0, 0, workday.Shanghai), time.Date(y, 12, 31, 0, 0, 0, 0, workday.Shanghai)); got != want || unknown != 0 {
			t.Errorf("%d has %d workdays, want %d; %d unknown", y, got, want, unknown)
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
		end := count(t, v.Sent, workday.Limit{N: 48, Unit: workday.Hours}).At
		if !end.Equal(v.Expires) || v.SignedAt.Before(end) != (v.Result == "accepted") {
			t.Errorf("sent %v, signed %v: ends %v, want %s", v.Sent, v.SignedAt, end, v.Result)
		}
	}
}

// Limits beyond the calendar are an error, not a guess; so is a year that is
// missing in the middle.
func TestMissingYear(t *testing.T) {
	c := workday.Default()
	for _, l := range []workday.Limit{{N: 99999999999, Unit: workday.Workdays}, {N: 3000, Unit: workday.Workdays}, {N: 5000, Unit: workday.HalfDays}, {N: 99999999999, Unit: workday.WorkHours}} {
		var missing workday.NoYear
		if _, err := c.Count(date(t, "2023-09-30"), l, nil, workday.DefaultOffice); !errors.As(err, &missing) || missing.Year != 2028 {
			t.Errorf("%v: %v", l, err)
		}
	}
	if due := count(t, date(t, "2020-09-30"), workday.Limit{N: 10000, Unit: workday.Days}); due.At.Year() != 2048 {
		t.Errorf("natural days need no calendar: %v", due.At)
	}
}

// A notice that came after the release: its years are added, or take the place
// of provisional ones.
func TestYearsOfAnInstallation(t *testing.T) {
	own, err := workday.Read(strings.NewReader(`{"years": {
		"2027": {"status": "official", "off": {"2027-02-08": "春节"}, "work": {"2027-02-14": "春节"}},
		"2028": {"status": "official", "off": {"2028-01-03": "元旦"}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	c := workday.Default().With(own)
	for day, workday := range map[string]bool{"2026-10-01": false, "2027-01-01": true, "2027-02-08": false, "2027-02-14": true, "2028-01-03": false, "2028-01-04": true} {
		if c.IsWorkday(date(t, day)) != workday {
			t.Errorf("%s: workday is %v", day, !workday)
		}
	}
	if known, official := workday.Default().Known(2027); !known || official {
		t.Error("the shipped calendar was changed")
	}
	if _, err := c.Count(date(t, "2027-12-30"), workday.Limit{N: 5, Unit: workday.Workdays}, nil, workday.DefaultOffice); err != nil {
		t.Error(err)
	}
}

func TestExplanation(t *testing.T) {
	due := count(t, date(t, "2020-09-30"), workday.Limit{N: 2, Unit: workday.Workdays})
	got := strings.Join(due.Explain(false), "|")
	if want := "9月30日起算，当天不计|10月1日至10月8日国庆节放假，不计|10月9日第 1 个工作日|10月10日（调休上班）第 2 个工作日"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	pause := []workday.Pause{{From: date(t, "2026-11-05").Add(10 * time.Hour), To: date(t, "2026-11-10").Add(9 * time.Hour), Note: "特种设备股王芳：检验"}}
	due, err := workday.Default().Count(date(t, "2026-11-02").Add(9*time.Hour), workday.Limit{N: 5, Unit: workday.Workdays}, pause, workday.DefaultOffice)
	if err != nil {
		t.Fatal(err)
	}
	got = strings.Join(due.Explain(true), "|")
	if want := "2 Nov: the start is not counted|3 Nov to 4 Nov: workdays 1 to 2|5 Nov to 10 Nov: paused, not counted (特种设备股王芳：检验)|11 Nov to 13 Nov: workdays 3 to 5"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if due := count(t, date(t, "2027-01-04"), workday.Limit{N: 1, Unit: workday.Workdays}); !due.Provisional {
		t.Error("2027 is taken for official")
	}
}

func TestLights(t *testing.T) {
	due := count(t, date(t, "2026-11-02").Add(9*time.Hour), workday.Limit{N: 10, Unit: workday.Workdays}) // to 16 Nov
	for at, want := range map[string]workday.Light{
		"2026-11-02 10:00": workday.Green, "2026-11-12 23:59": workday.Green, "2026-11-13 00:00": workday.Amber,
		"2026-11-16 17:29": workday.Amber, "2026-11-16 17:30": workday.Red, "2027-01-01 00:00": workday.Red,
	} {
		now, _ := time.ParseInLocation("2006-01-02 15:04", at, workday.Shanghai)
		if got := workday.LightOf(due.Near, due.At, now, false); got != want {
			t.Errorf("at %s: %s, want %s", at, got, want)
		}
		if got := workday.LightOf(due.Near, due.At, now, true); got != workday.PausedLight {
			t.Errorf("paused at %s: %s", at, got)
		}
	}
	one := count(t, date(t, "2026-11-02").Add(9*time.Hour), workday.Limit{N: 1, Unit: workday.Workdays})
	if want := "2026-11-03 15:30"; one.Near.Format("2006-01-02 15:04") != want {
		t.Errorf("one workday turns amber at %v, want %s", one.Near, want)
	}
}

func count(t *testing.T, start time.Time, l workday.Limit) workday.Due {
	t.Helper()
	due, err := workday.Default().Count(start, l, nil, workday.DefaultOffice)
	if err != nil {
		t.Fatal(err)
	}
	return due
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
