package web

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
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

// A page about an item speaks the item's English, whatever another item, or a
// newer version of it, makes of the same Chinese.
func TestItemsSpeakForThemselves(t *testing.T) {
	AddTexts(map[string]string{"受理机关": "Authority", "2006年1月2日": "on 2 January 2006"})
	ctx := WithChrome(context.Background(), &Chrome{Lang: English})
	if got := T(ctx, "受理机关"); got != "Authority" {
		t.Errorf("without an item: %s", got)
	}
	Speak(ctx, map[string]string{"受理机关": "Who decides"})
	if got := T(ctx, "受理机关"); got != "Who decides" {
		t.Errorf("on an item's page: %s", got)
	}
	if got := T(ctx, "2006年1月2日"); got != "2 Jan 2006" {
		t.Errorf("what the item does not say, and the screens say themselves: %s", got)
	}
}

// English tells what a button does from what has come of it, where the item says
// both; an item that says it once is not spoken for by another.
func TestActsAndTheirOutcomes(t *testing.T) {
	AddTexts(map[string]string{"不予展出": "Not shown", "act:不予展出": "Refuse the showing"})
	ctx := WithChrome(t.Context(), &Chrome{Lang: English})
	says := func(what, act, outcome string) {
		t.Helper()
		if a, o := Act(ctx, "不予展出"), T(ctx, "不予展出"); a != act || o != outcome {
			t.Errorf("%s: %q, then %q", what, a, o)
		}
	}
	says("in a list", "Refuse the showing", "Not shown")
	Speak(ctx, map[string]string{"不予展出": "Showing refused", "act:不予展出": "Do not show"})
	says("an item that tells them apart", "Do not show", "Showing refused")
	Speak(ctx, map[string]string{"不予展出": "Denied"})
	says("an item that does not", "Denied", "Denied")
	if zh := WithChrome(t.Context(), &Chrome{Lang: Chinese}); Act(zh, "不予展出") != "不予展出" {
		t.Error(Act(zh, "不予展出"))
	}
}

// The frame around a page says the same on every page, whatever the item that
// is shown calls so.
func TestFrameKeepsItsWords(t *testing.T) {
	ctx := WithChrome(t.Context(), &Chrome{Lang: English, Site: &Site{}, Staff: &StaffUser{Name: "x"}})
	Speak(ctx, map[string]string{"征求意见": "Ask for opinions"})
	var b strings.Builder
	if err := Staff(PageInfo{Title: "x"}).Render(templ.WithChildren(ctx, templ.NopComponent), &b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "Ask for opinions") || !strings.Contains(b.String(), "Opinions") {
		t.Error("the workbench's navigation speaks the item's English")
	}
	if got := T(ctx, "征求意见"); got != "Ask for opinions" {
		t.Errorf("the page itself says %q", got)
	}
}
