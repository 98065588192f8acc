package web

import (
	"context"
	"testing"
	"time"
)

// Whatever zone an instant comes in, people read the county's clock.
//
func TestTimesAreShanghais(t *testing.T) {
	zh := context.Background()
	en := WithChrome(zh, &Chrome{Lang: English})
	for _, at := range []time.Time{
		time.Date(2020, 9, 3, 22, 30, 0, 0, time.UTC),
		time.Date(2020, 9, 3, 18, 30, 0, 0, time.FixedZone("New York", -4*60*60)),
	} {
		if got := Moment(zh, at); got != "2020年9月4日 06:30" {
			t.Errorf("%v: %s", at, got)
		}
		if got := Moment(en, at); got != "4 Sep 2020, 06:30" {
			t.Errorf("%v: %s", at, got)
		}
		if got := Date(zh, at); got != "2020年9月4日" {
			t.Errorf("%v: %s", at, got)
		}
	}
	if got := Moment(zh, time.Time{}); got != "—" {
		t.Errorf("no time: %s", got)
	}
}
