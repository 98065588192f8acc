package web_test

import (
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/web"
	"wangban/internal/workday"
)

// What is left of a limit is told in what it is counted in.
func TestLampCountsInTheLimitsUnit(t *testing.T) {
	calendar := workday.Default()
	house := casework.House{Left: func(from, to time.Time, unit item.Unit) int {
		return calendar.Left(from, to, unit, workday.DefaultOffice)
	}}
	at := func(day, hour, minute int) time.Time { // of September 2020; October begins with eight days off
		return time.Date(2020, 9, day, hour, minute, 0, 0, workday.Shanghai)
	}
	for _, c := range []struct {
		unit     item.Unit
		of       string
		now      time.Time
		due      time.Time
		zh, en   string
		nearness time.Duration
	}{
		{item.Workdays, "", at(25, 9, 0), at(40, 17, 30), "正常 · 剩 6 个工作日", "On time · 6 working days left", 0},
		{item.Workdays, "", at(29, 9, 0), at(30, 17, 30), "临期 · 剩 1 个工作日", "Due soon · 1 working day left", 48 * time.Hour},
		{item.Workdays, "", at(30, 9, 0), at(30, 17, 30), "临期 · 剩 8 小时 30 分钟", "Due soon · 8 h 30 min left", 48 * time.Hour},
		{item.Workdays, "", at(30, 17, 30), at(30, 17, 30), "超期 · 1 分钟", "Overdue · 1 min", 0},
		{item.Workdays, "", at(39, 9, 0), at(30, 17, 30), "超期 · 1 个工作日", "Overdue · 1 working day", 0},
		{item.Workdays, "待受理", at(25, 9, 0), at(28, 17, 30), "正常 · “待受理”剩 2 个工作日", "On time · “待受理”, 2 working days left", 0},
		{item.Workdays, "待受理", at(29, 9, 0), at(28, 17, 30), "超期 · “待受理”超 1 个工作日", "Overdue · “待受理” by 1 working day", 0},
		{item.HalfDays, "", at(29, 9, 0), at(30, 12, 0), "正常 · 剩 2 个半天", "On time · 2 half days left", 0},
		{item.WorkHours, "", at(29, 9, 0), at(30, 10, 0), "正常 · 剩 8 个工作小时", "On time · 8 working hours left", 0},
		{item.WorkHours, "", at(29, 9, 0), at(29, 9, 20), "正常 · 剩 20 分钟", "On time · 20 min left", 0},
		{item.Hours, "", at(1, 9, 0), at(5, 9, 0), "正常 · 剩 96 小时", "On time · 96 h left", 0},
		{item.Hours, "", at(1, 9, 0), at(1, 12, 5), "正常 · 剩 3 小时 5 分钟", "On time · 3 h 5 min left", 0},
		{item.Days, "", at(1, 9, 0), at(5, 9, 0), "正常 · 剩 4 天", "On time · 4 days left", 0},
		{item.Months, "", at(1, 9, 0), at(60, 17, 30), "正常 · 剩 59 天", "On time · 59 days left", 0},
		{item.Workdays, "", at(1, 9, 0), time.Date(2031, 1, 1, 0, 0, 0, 0, workday.Shanghai), "正常 · 剩 3773 天", "On time · 3773 days left", 0}, // no calendar reaches there
	} {
		for lang, want := range map[web.Lang]string{"": c.zh, web.English: c.en} {
			lamp := web.LampOf(web.WithChrome(t.Context(), &web.Chrome{Lang: lang}), house, web.Lit{Near: c.due.Add(-c.nearness), Due: c.due, Unit: c.unit, Of: c.of}, c.now)
			if lamp.Text != want {
				t.Errorf("%s at %v, due %v: %q, want %q", c.unit, c.now, c.due, lamp.Text, want)
			}
		}
	}
	if lamp := web.LampOf(t.Context(), house, web.Lit{}, at(1, 9, 0)); lamp != (web.Lamp{}) {
		t.Errorf("of no limit: %+v", lamp)
	}
}
