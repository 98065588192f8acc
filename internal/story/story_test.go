package story_test

import (
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/story"
	"wangban/internal/workday"
	"wangban/items"
)

// sandbox is the house in which stories play.
func sandbox() casework.House {
	calendar := workday.Default()
	return casework.House{
		BaseURL: "https://wb.example.cn", Region: "341523", Department: "31", CountyUnit: "county",
		Towns: map[string]casework.Town{"341523100": {Name: "城关镇", Unit: "chengguan"}, "341523106": {Name: "杭埠镇", Unit: "hangbu"}},
		Units: map[string]string{"county": "行政审批股", "chengguan": "城关所", "hangbu": "杭埠所", "food": "食品安全监管室", "equipment": "特种设备安全监察股"},
		Count: func(start time.Time, l item.Limit, pauses []workday.Pause) (workday.Due, error) {
			return calendar.Count(start, l, pauses, workday.DefaultOffice)
		},
	}
}

var shipped = sync.OnceValues(func() (*item.Library, error) { return item.NewLibrary(items.Files, "") })

// TestShippedStories plays every worked example of every shipped item. The
// requirements each covers are named in the examples themselves.
func TestShippedStories(t *testing.T) {
	lib, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range lib.All() {
		if len(it.Examples) == 0 {
			t.Errorf("item %s has no worked examples", it.Name)
		}
		for name, ex := range it.Examples {
			t.Run(it.Name+"/"+name, func(t *testing.T) {
				for _, f := range story.Run(sandbox(), it, ex) {
					t.Error(f)
				}
			})
		}
	}
}

// Lists of records come from fixtures like any answer, and are asked about in
// conditions and messages.
func TestAStoryWithRecords(t *testing.T) {
	it, problems := item.Read(os.DirFS("../item/testdata/items"), "records")
	if item.Broken(problems) {
		t.Fatal(problems)
	}
	for _, f := range story.Run(sandbox(), it, it.Examples["registered.yaml"]) {
		t.Error(f)
	}
}

// Stages that lapse into each other do not keep a story going for ever.
func TestAStoryComesToAnEnd(t *testing.T) {
	second := item.Limit{N: 1, Unit: item.Seconds}
	it := &item.Item{Name: "x", Flow: item.Flow{Start: "a", Stages: []item.Stage{
		{Name: "a", By: "applicant", Edit: true, Idle: &item.Move{After: second, To: "b"}}, {Name: "b", By: "applicant", Within: second, Lapse: &item.Move{To: "a"}}}}}
	house := sandbox()
	problems := story.Run(house, it, item.Example{File: "x.yaml", At: time.Date(2020, 9, 4, 9, 0, 0, 0, form.Shanghai), Steps: []item.Step{
		{Line: 2, Who: "agent", Act: "create"}, {Line: 3, After: 3650 * 24 * time.Hour}}})
	if len(problems) != 1 || problems[0].Line != 3 || !strings.Contains(problems[0].String(), "时限到期了 10000 次还没有完") {
		t.Error(problems)
	}
}

// TestAStoryThatIsWrongFails keeps the teller honest: each altered line of a
// true story must be noticed.
func TestAStoryThatIsWrongFails(t *testing.T) {
	lib, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	it, _ := lib.Get("legal-person-account")
	at := time.Date(2020, 9, 4, 9, 0, 0, 0, form.Shanghai)
	begin := []item.Step{{Who: "agent", Act: "create", With: map[string]any{"answers": "agent-complete"}}}
	for name, step := range map[string]item.Step{
		"stage":         {Who: "agent", Act: "submit", Then: &item.Expect{Stage: "review"}},
		"due":           {Who: "agent", Act: "submit", Then: &item.Expect{Due: at.Add(47 * time.Hour)}},
		"no message":    {Who: "agent", Act: "submit", Then: &item.Expect{Sent: []item.Sent{}}},
		"message":       {Who: "agent", Act: "submit", Then: &item.Expect{Sent: []item.Sent{{To: "agent", Template: "sign-request"}}}},
		"refused":       {Who: "agent", Act: "submit", Refused: "incomplete"},
		"other refusal": {Who: "rep", Act: "sign", Refused: "incomplete"},
		"not refused":   {Who: "rep", Act: "sign"},
		"effects":       {Who: "agent", Act: "submit", Then: &item.Expect{Effects: []string{"account.open"}}},
		"changed":       {Who: "agent", Act: "submit", Then: &item.Expect{Changed: []string{"rep.name"}}},
		"offers":        {Who: "agent", Act: "submit", Then: &item.Expect{Offers: []string{"submit"}}},
		"detail":        {Who: "agent", Act: "submit", With: map[string]any{"colour": "red"}},
		"fixture":       {Who: "agent", Act: "save", With: map[string]any{"answers": "nobody"}},
	} {
		if failures := story.Run(sandbox(), it, item.Example{File: name, At: at, Steps: append(begin, step)}); len(failures) != 1 {
			t.Errorf("%s: %v", name, failures)
		}
	}
}

// TestStoriesOfActs plays the test item that uses every act of staff.
func TestStoriesOfActs(t *testing.T) {
	it, problems := item.Read(os.DirFS("../item/testdata/items"), "acts")
	for _, p := range problems {
		t.Error(p)
	}
	for name, ex := range it.Examples {
		t.Run(name, func(t *testing.T) {
			for _, f := range story.Run(sandbox(), it, ex) {
				t.Error(f)
			}
		})
	}
}
