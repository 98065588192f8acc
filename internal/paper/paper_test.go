package paper_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/document"
	"wangban/internal/item"
	"wangban/internal/paper"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Every shared document says what the law wants said, of an act that the door
// has done.
func TestSharedDocuments(t *testing.T) {
	why := casework.Data{Reasons: []string{"SITE", "NAME"}, Text: "门牌号见邮政地址。"}
	marked := casework.Data{Reasons: []string{"SITE"}, Judgements: map[string]casework.Judgement{"unit.site": {Reason: "SITE", Note: "缺门牌号"}}}
	special := casework.Data{Reasons: []string{"EXPERT"}, Text: "专家评审需要 15 个工作日。"}
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.work()
		accepted := func() string {
			id := o.submitted()
			o.do(id, "accept", reviewer, casework.Data{})
			return id
		}
		for _, tt := range []struct {
			document string
			act      func() string
		}{
			{"acceptance", accepted},
			{"non-acceptance", func() string { id := o.submitted(); o.do(id, "refuse", reviewer, why); return id }},
			{"termination", func() string {
				id := o.submitted()
				o.do(id, "return", reviewer, marked)
				o.move(30 * 24 * time.Hour)
				_, err := o.door.Sweep(t.Context())
				o.must(err)
				o.move(-30 * 24 * time.Hour)
				return id
			}},
			{"correction", func() string { id := o.submitted(); o.do(id, "return", reviewer, marked); return id }},
			{"special-procedure", func() string { id := accepted(); o.do(id, "pause", reviewer, special); return id }},
			{"extension", func() string { id := accepted(); o.do(id, "extend", reviewer, special); return id }},
			{"grant", func() string { id := accepted(); o.do(id, "grant", reviewer, casework.Data{}); return id }},
			{"denial", func() string { id := accepted(); o.do(id, "deny", reviewer, why); return id }},
			{"withdrawal", func() string { id := o.submitted(); o.do(id, "withdraw", applicant, casework.Data{}); return id }},
			{"deemed-acceptance", func() string { id := accepted(); o.do(id, "deem", reviewer, casework.Data{}); return id }},
			{"registration-receipt", func() string { id := accepted(); o.do(id, "receive", reviewer, casework.Data{}); return id }},
			{"registration", func() string { id := accepted(); o.do(id, "register", reviewer, casework.Data{}); return id }},
			{"registration-correction", func() string { id := accepted(); o.do(id, "give_back", reviewer, why); return id }},
			{"registration-denial", func() string { id := accepted(); o.do(id, "refuse_registration", reviewer, why); return id }},
			{"cancellation", func() string {
				id := accepted()
				o.do(id, "grant", reviewer, casework.Data{})
				o.do(id, "cancel", reviewer, casework.Data{Reasons: []string{"OTHER"}, Text: "单位已经终止。"})
				return id
			}},
		} {
			papers := o.settled(tt.act())
			i := slices.IndexFunc(papers, func(p paper.Paper) bool { return p.Document == "std/"+tt.document })
			if i < 0 {
				t.Errorf("%s: not among %+v", tt.document, papers)
				continue
			}
			if p := papers[i]; p.State != paper.Made {
				t.Errorf("%s: %s: %s", tt.document, p.State, p.Problem)
			} else {
				golden(t, tt.document, o.files[p.File.Hash])
			}
		}
		shared, err := os.ReadDir("../../items/_shared/documents")
		o.must(err)
		if len(shared) != 15 {
			t.Errorf("%d shared documents, 15 are read here", len(shared))
		}
	})
}

// golden holds what another reader copies out of a file against what is on
// record; the numbers of cases are everywhere others.
func golden(t *testing.T, name string, file []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-raw", path, "-").Output()
	if err != nil {
		t.Fatalf("pdftotext (of poppler-utils): %v", err)
	}
	got := strings.TrimRight(string(out), "\n\f") + "\n"
	path = filepath.Join("testdata", "golden", name+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (run with -update when it should):\n%s", path, got)
	}
}

// What waits, fails or is tried again: the act stands, the number stays, the
// document is the same.
func TestFailures(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		id := o.submitted()
		o.do(id, "accept", reviewer, casework.Data{})
		before, err := o.Of(t.Context(), id)
		o.must(err)
		if len(before) != 1 || before[0].State != paper.Waiting || before[0].Number != "（舒市监）许受〔2026〕第1号" || before[0].Stuck(o.Now()) {
			t.Fatalf("%+v", before)
		}
		if m := o.told[len(o.told)-1].Text; m != "已作出《行政许可申请受理通知书》（舒市监）许受〔2026〕第1号，在https://wb.example.cn/cases/"+id+"查看下载。" {
			t.Error(m)
		}
		// Two tries fail; what happened to the case meanwhile changes nothing.
		o.fails = 2
		o.do(id, "extend", reviewer, casework.Data{Reasons: []string{"EXPERT"}})
		o.do(id, "deny", reviewer, casework.Data{Reasons: []string{"SITE"}})
		o.work()
		after := o.settled(id)
		if p := after[0]; p.State != paper.Made || p.Number != before[0].Number || p.Problem != "" {
			t.Errorf("%+v", p)
		}
		var first *paper.Draft
		for i, draft := range o.drafts {
			if draft.Paper.Seq != before[0].Seq {
				continue
			}
			if first == nil {
				first = &o.drafts[i]
			}
			if draft.State.Stage != "review" || fmt.Sprint(draft.Extra) != fmt.Sprint(first.Extra) {
				t.Errorf("another try, another document: %+v", draft.Extra)
			}
		}
		if again, err := o.Again(t.Context(), id, before[0].Seq, 0); again || err != nil {
			t.Error("a document that is there is made again", err)
		}
	})
}

// A layout that cannot work is told to staff; the case goes on, and another
// try succeeds when there is nothing in the way any more.
func TestHopeless(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.work()
		id := o.submitted()
		o.do(id, "accept", reviewer, casework.Data{})
		o.do(id, "broken", reviewer, casework.Data{})
		papers := o.settled(id)
		p := papers[1]
		if p.State != paper.Failed || p.Tries != 1 || !strings.Contains(p.Problem, "nobody.knows") || !p.Stuck(o.Now()) {
			t.Fatalf("%+v", p)
		}
		if failed, err := o.Failed(t.Context(), 10); err != nil || len(failed) != 1 || failed[0].Number != p.Number {
			t.Error(failed, err)
		}
		if again, err := o.Again(t.Context(), id, p.Seq, p.Place); !again || err != nil {
			t.Error(again, err)
		}
		if p := o.settled(id)[1]; p.State != paper.Failed {
			t.Errorf("%+v", p)
		}
		o.do(id, "grant", reviewer, casework.Data{})
		papers = o.settled(id)
		if n := papers[2]; n.Document != "notice" || n.Number != "" || n.State != paper.Made || papers[3].Number != "（舒市监）许准〔2026〕第1号" {
			t.Errorf("%+v", papers[2:])
		}
	})
}

// A store that is away: tries follow, with growing pauses, until there are
// none left; a process that stops in the middle counts for nothing.
func TestAway(t *testing.T) {
	for tries := 1; tries < 20; tries++ {
		if paper.Pause(tries) < paper.Pause(tries-1) {
			t.Errorf("the pause after %d tries is shorter", tries)
		}
	}
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		id := o.submitted()
		o.do(id, "withdraw", applicant, casework.Data{})
		now := func() paper.Paper {
			papers, err := o.Of(t.Context(), id)
			o.must(err)
			return papers[0]
		}
		o.fails = 100
		for i := 1; i < 9; i++ {
			if err := o.Try(t.Context(), now(), false); err == nil || now().State != paper.Waiting || now().Tries != i || !now().Stuck(o.Now()) {
				t.Errorf("try %d: %v %+v", i, err, now())
			}
		}
		stopped, stop := context.WithCancel(t.Context())
		o.during = stop
		if err := o.Try(stopped, now(), false); err == nil || now().Tries != 8 {
			t.Errorf("%v %+v", err, now())
		}
		o.during = nil
		if err := o.Try(t.Context(), now(), true); err != nil || now().State != paper.Failed || now().Tries != 9 {
			t.Errorf("%v %+v", err, now())
		}
		if again, err := o.Again(t.Context(), id, now().Seq, now().Place); !again || err != nil || now().State != paper.Waiting {
			t.Error(again, err)
		}
		o.fails = 0
		for range 2 { // the second has nothing to do
			if err := o.Try(t.Context(), now(), false); err != nil || now().State != paper.Made || len(o.files) != 1 {
				t.Errorf("%v %+v", err, now())
			}
		}
	})
}

// Numbers under parallel acts, some of which fail after their number was
// taken: none twice, none missing.
func TestNumbersInParallel(t *testing.T) {
	it, _ := permit()
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		const n = 64
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() {
				s := casework.State{ID: fmt.Sprint("c", i), Item: it.Name, Unit: "approval"}
				// In two orders: nobody may wait for somebody who waits for them.
				names := []string{"std/grant", "std/acceptance"}
				if i%2 == 0 {
					slices.Reverse(names)
				}
				err := o.db.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
					_, err := o.Take(ctx, tx, it, s, casework.Event{Case: s.ID, Seq: 2, At: thursday}, names)
					if err == nil && i%4 == 3 {
						err = context.Canceled
					}
					return err
				})
				if (err != nil) != (i%4 == 3) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		seen := map[string]bool{}
		for i := range n {
			papers, err := o.Of(t.Context(), fmt.Sprint("c", i))
			o.must(err)
			for _, p := range papers {
				seen[p.Number] = true
			}
		}
		for _, word := range []string{"许准", "许受"} {
			for i := range n * 3 / 4 {
				if number := fmt.Sprintf("（舒市监）%s〔2026〕第%d号", word, i+1); !seen[number] {
					t.Errorf("%s is missing", number)
				}
			}
		}
		if len(seen) != 2*n*3/4 {
			t.Errorf("%d numbers", len(seen))
		}
	})
}

// What is counted together is what looks alike.
func TestSeries(t *testing.T) {
	it, _ := permit()
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.Pattern = func() paper.Pattern {
			return paper.Pattern{Text: "舒市监{unit}{word}〔{year}〕{n}号", Marks: map[string]string{"hangbu": "杭", "taoxi": "桃"}}
		}
		newYear := time.Date(2026, 12, 31, 16, 0, 0, 0, time.UTC) // in Shanghai
		for i, tt := range []struct {
			unit string
			at   time.Time
			want string
		}{
			{"hangbu", thursday, "舒市监杭许受〔2026〕1号"}, {"taoxi", thursday, "舒市监桃许受〔2026〕1号"}, {"hangbu", thursday, "舒市监杭许受〔2026〕2号"},
			{"hangbu", newYear, "舒市监杭许受〔2027〕1号"}, {"hangbu", newYear.Add(-time.Second), "舒市监杭许受〔2026〕3号"},
			{"nomark", thursday, "舒市监许受〔2026〕1号"}, {"neither", thursday, "舒市监许受〔2026〕2号"},
		} {
			id := fmt.Sprint("c", i)
			var said string
			o.must(o.db.Write(t.Context(), func(ctx context.Context, tx db.Tx) (err error) {
				said, err = o.Take(ctx, tx, it, casework.State{ID: id, Unit: tt.unit}, casework.Event{Case: id, Seq: 1, At: tt.at}, []string{"std/acceptance"})
				return err
			}))
			if said != "《行政许可申请受理通知书》"+tt.want {
				t.Errorf("%d: %s, not %s", i, said, tt.want)
			}
		}
	})
	for text, fits := range map[string]bool{"{n}": true, "a{word}{year}{unit}{n}": true, "": false, "x": false, "{n}{n}": false, "{n}{month}": false} {
		if err := (paper.Pattern{Text: text}).Check(); (err == nil) != fits {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// The item of these tests and the shared documents have nothing that the check
// finds, and an item's version is another when a shared document is.
func TestItem(t *testing.T) {
	it, problems := permit()
	problems = append(problems, item.Check(it, item.Options{Document: append(paper.Names(), "today")})...)
	for _, p := range problems {
		if p.Severity == item.Error && !strings.Contains(p.String(), "nobody.knows") {
			t.Error(p)
		}
	}
	for name, d := range it.Documents {
		if strings.HasPrefix(name, "std/") && (d.Word == "" || d.EN == "" || it.English[d.Title] != d.EN || len(document.Check(name, d.Source)) > 0) {
			t.Errorf("%s: %+v %v", name, d, document.Check(name, d.Source))
		}
	}
	again, err := item.Unpack(item.Pack(it))
	if err != nil || again.Hash != it.Hash || len(again.Documents) != len(it.Documents) {
		t.Error("the pack is another version", err)
	}
}
