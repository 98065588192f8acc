package licence_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"image/png"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"pgregory.net/rapid"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/english"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/licence"
	"wangban/internal/workday"
	"wangban/items"
)

var (
	friday = time.Date(2026, 11, 20, 16, 30, 0, 0, form.Shanghai)
	rooms  = []db.Migrations{licence.Migrations}
)

// office is a Room with the shipped items and a printer that counts.
type office struct {
	*licence.Room
	db      *db.DB
	it      *item.Item
	call    casework.Call
	values  form.Values
	mu      sync.Mutex
	printed []licence.Paper
	now     time.Time
}

var issuerKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))

func (o *office) clock() time.Time { return o.now }

func open(t testing.TB, d *db.DB) *office {
	t.Helper()
	return openWith(t, d, libraryWith(t, ""))
}

// shipped are read once; tests make their items of them.
var shipped = sync.OnceValues(func() (*item.Library, error) { return item.NewLibrary(items.Files, "") })

// libraryWith is a library of the test's own, of the shipped items and those of
// a folder.
func libraryWith(t testing.TB, folder string) *item.Library {
	t.Helper()
	lib, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	if lib, err = lib.With(folder, items.Files); err != nil {
		t.Fatal(err)
	}
	return lib
}

// openWith is a Room with some items.
func openWith(t testing.TB, d *db.DB, lib *item.Library) *office {
	t.Helper()
	o := &office{db: d, now: friday.Add(time.Hour)}
	o.it, o.call = issuing(t, lib)
	o.values = complete(t, o.it)
	o.Room = licence.New(licence.Options{
		DB: d, Items: lib, Now: o.clock, Province: func() string { return "皖" }, Registrar: func() string { return "N" },
		Region: func() string { return "341523" }, Office: func() string { return "舒城县市场监督管理局" }, BaseURL: func() string { return "https://wb.example.cn" },
		Case: func(_ context.Context, id string) (casework.State, *item.Item, error) {
			return casework.State{ID: id, Values: o.values}, o.it, nil
		},
		Make: func(_ context.Context, p licence.Paper) ([]byte, error) {
			o.mu.Lock()
			defer o.mu.Unlock()
			if _, ok := p.Item.Documents[p.Document]; !ok {
				return nil, fmt.Errorf("item %s has no document %s", p.Item.Name, p.Document)
			}
			o.printed = append(o.printed, p)
			return fmt.Appendf(nil, "%%PDF %s %d", p.State.ID, len(o.printed)), nil
		},
		Keep: func(_ context.Context, name, kind string, content []byte) (form.File, error) {
			return form.File{Name: name, Type: kind, Hash: string(content), Size: int64(len(content))}, nil
		},
		Sign:     func(content []byte) ([]byte, error) { return ed25519.Sign(issuerKey, content), nil },
		Key:      func() ed25519.PublicKey { return issuerKey.Public().(ed25519.PublicKey) },
		Keys:     func() []ed25519.PublicKey { return []ed25519.PublicKey{issuerKey.Public().(ed25519.PublicKey)} },
		Workdays: calendar().Between,
	})
	return o
}

// issuing is the first item that issues a licence with a number of its own name,
// one for the case, with the call of its flow.
func issuing(t testing.TB, lib *item.Library) (*item.Item, casework.Call) {
	t.Helper()
	for _, it := range lib.All() {
		for _, stage := range it.Flow.Stages {
			for _, act := range stage.Acts {
				for _, e := range act.Effects {
					if e.Name == "licence.issue" && e.With["each"] == "" && e.With["number"] == it.Name {
						return it, casework.Call{Name: e.Name, With: e.With}
					}
				}
			}
		}
	}
	t.Fatal("no item issues a licence")
	return nil, casework.Call{}
}

// complete is an example of the item's answers.
func complete(t testing.TB, it *item.Item) form.Values {
	t.Helper()
	for name := range it.Fixtures {
		v, err := it.Answers(name, func(name string) form.File { return form.File{Name: name, Hash: name} })
		if err == nil && v[it.Flow.Subject] != nil {
			return v
		}
	}
	t.Fatalf("item %s has no example of answers", it.Name)
	return nil
}

// issue runs the effect in a transaction of its own; a non-nil then fails it
// afterwards.
func (o *office) issue(ctx context.Context, id string, then error) (string, error) {
	return o.issueAs(ctx, o.call, id, friday, then)
}

func (o *office) issueAs(ctx context.Context, call casework.Call, id string, at time.Time, then error) (number string, err error) {
	s := casework.State{ID: id, Item: o.it.Name, Hash: o.it.Hash, Number: call.With["kind"], Values: o.values}
	err = o.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
		results, err := o.Issue(ctx, tx, call, s, s, casework.Event{Case: id, At: at})
		number = results["licence"]
		return errors.Join(err, then)
	})
	return number, err
}

func TestIssueAndVerify(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o, ctx := open(t, d), t.Context()
		number, err := o.issue(ctx, "case-1", nil)
		if err != nil || !cn.FoodFiling(number).OK() {
			t.Fatal(number, err)
		}
		l, ok, err := o.Find(ctx, strings.ToLower(number))
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		uscc, _ := o.values[o.it.Flow.Subject].(string)
		unit, _ := o.values[o.it.Flow.Title].(string)
		town, _ := o.values[o.it.Flow.Town].(string)
		public := licence.Public{Number: number, Kind: o.call.With["kind"], Title: o.it.Guide.Result.Name, Unit: unit, USCC: uscc, Town: town,
			Facts: l.Facts, Status: licence.Valid, Version: 1, Issued: friday.UTC(), Made: friday.UTC(), From: friday.UTC(), Seen: 1,
			History: []licence.Step{{Version: 1, Act: licence.ActIssue, At: friday.UTC()}}}
		if len(l.Facts) != 1 || l.Facts[0].Value == "" || len(l.Code) < 13 {
			t.Errorf("%+v", l)
		}
		got, err := o.Verify(ctx, number, strings.ToUpper(l.Code))
		if d := cmp.Diff(public, got); d != "" || err != nil {
			t.Error(d, err)
		}
		for _, holder := range []string{strings.ToLower(uscc), " " + unit} {
			if got, err = o.VerifyUnit(ctx, number, holder); err != nil || got.Number != number || got.Seen != 0 {
				t.Error(got, err)
			}
		}
		// Nothing is told without proof, nor whether the number exists.
		for name, ask := range map[string]func() (licence.Public, error){
			"no code":        func() (licence.Public, error) { return o.Verify(ctx, number, "") },
			"wrong code":     func() (licence.Public, error) { return o.Verify(ctx, number, "0000000000000000") },
			"no such number": func() (licence.Public, error) { return o.Verify(ctx, "YB23415239999999", l.Code) },
			"nothing at all": func() (licence.Public, error) { return o.Verify(ctx, "", "") },
			"another's code": func() (licence.Public, error) {
				return o.VerifyUnit(ctx, number, cn.MakeUSCC(cn.Enterprise, "341523", 900))
			},
			"no unit's code":   func() (licence.Public, error) { return o.VerifyUnit(ctx, number, "") },
			"no such and none": func() (licence.Public, error) { return o.VerifyUnit(ctx, "YB1", "") },
		} {
			if p, err := ask(); !errors.Is(err, licence.ErrUnknown) || p.Number != "" {
				t.Error(name, p, err)
			}
		}
		for name, list := range map[string]func() ([]licence.Licence, error){
			"unit": func() ([]licence.Licence, error) { return o.OfOrganisation(ctx, uscc) },
			"case": func() ([]licence.Licence, error) { return o.OfCase(ctx, "case-1") },
		} {
			if all, err := list(); err != nil || len(all) != 1 || all[0].Number != number {
				t.Error(name, all, err)
			}
		}
	})
}

// The filing numbers of the domain sheet (3.8), by the item's own expression.
func TestNumbersOfTheDomainSheet(t *testing.T) {
	o, ctx := open(t, dbtest.SQLite(t, rooms...)), t.Context()
	for _, want := range []string{"YB13415230000013", "YB13415230000021", "YB13415230000030", "YB13415231000007",
		"YB23415230000018", "YB23415230000026", "YB23415230000995", "YB23415231000001"} {
		o.values = maps.Clone(o.values)
		o.values["food.mode"] = map[byte]string{'1': "wholesale", '2': "retail"}[want[2]]
		err := o.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			var sequence int
			if _, err := fmt.Sscan(strings.TrimLeft(want[9:15], "0"), &sequence); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, `INSERT INTO licence_series (series, last) VALUES ($1, $2)
				ON CONFLICT (series) DO UPDATE SET last = excluded.last`, want+"/341523/0", sequence-1)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		call := casework.Call{With: maps.Clone(o.call.With)}
		call.With["kind"] = want // a series of its own
		if got, err := o.issueAs(ctx, call, want, friday, nil); got != want || err != nil {
			t.Error(got, want, err)
		}
	}
}

// Many issue at once and some of the acts fail: no gap, no double.
func TestNoGapsNoDoubles(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o, ctx := open(t, d), t.Context()
		refused := errors.New("the act is refused after all")
		var wg sync.WaitGroup
		numbers := make([]string, 60)
		for i := range numbers {
			wg.Go(func() {
				var then error
				if i%3 == 0 {
					then = refused
				}
				number, err := o.issue(ctx, fmt.Sprintf("case-%d", i), then)
				if !errors.Is(err, then) {
					t.Error(err)
				}
				if then == nil {
					numbers[i] = number
				}
			})
		}
		wg.Wait()
		sequences := map[string]bool{}
		for _, n := range numbers {
			if n != "" {
				sequences[n[9:15]] = true
			}
		}
		for i := 1; i <= 40; i++ {
			if !sequences[fmt.Sprintf("%06d", i)] {
				t.Errorf("there is a gap at %d", i)
			}
		}
		if len(sequences) != 40 {
			t.Errorf("%d numbers for 40 licences", len(sequences))
		}
	})
}

// However acts succeed and fail, over the turn of years, each series counts on
// by one.
func TestSeries(t *testing.T) {
	o := open(t, dbtest.SQLite(t, rooms...))
	yearly := *o.it
	yearly.Hash = "yearly"
	yearly.Flow.Numbers = map[string]form.Cond{"yearly": form.MustCond(`number + year + sequence`), "on": form.MustCond(`number + region + sequence`)}
	o.Items.Remember(&yearly)
	o.it = &yearly
	cases := 0
	rapid.Check(t, func(rt *rapid.T) {
		round := fmt.Sprintf("K%dX", cases) // series of its own
		last := map[string]int{}
		for range rapid.IntRange(1, 6).Draw(rt, "acts") {
			cases++
			year := rapid.IntRange(2025, 2027).Draw(rt, "year")
			numbers := rapid.SampledFrom([]string{"yearly", "on"}).Draw(rt, "numbers")
			var then error
			if rapid.Bool().Draw(rt, "fails") {
				then = errors.New("fails")
			}
			call := casework.Call{With: map[string]string{"kind": strings.ToUpper(round + numbers), "number": numbers}}
			// Half past midnight on New Year's Day is still the year before in UTC.
			got, err := o.issueAs(t.Context(), call, fmt.Sprint(cases), time.Date(year, 1, 1, 0, 30, 0, 0, form.Shanghai), then)
			if then != nil {
				continue
			}
			prefix := call.With["kind"] + "341523"
			if numbers == "yearly" {
				prefix = call.With["kind"] + fmt.Sprint(year)
			}
			last[prefix]++
			if want := fmt.Sprintf("%s%06d", prefix, last[prefix]); got != want || err != nil {
				rt.Fatal(got, want, err)
			}
		}
	})
}

func TestSeriesEnds(t *testing.T) {
	o := open(t, dbtest.SQLite(t, rooms...))
	err := o.db.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO licence_series (series, last) VALUES ($1, 999999)`, o.call.With["kind"]+"/341523/0")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var r *casework.Refusal
	if _, err := o.issue(t.Context(), "case-1", nil); !errors.As(err, &r) {
		t.Error(err)
	}
}

func TestPDFIsMadeOnce(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		o, ctx := open(t, d), t.Context()
		number, err := o.issue(ctx, "case-1", nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(o.printed) != 0 {
			t.Error("the act waited for the printer")
		}
		files := make([]form.File, 8)
		var wg sync.WaitGroup
		for i := range files {
			wg.Go(func() {
				var err error
				if files[i], err = o.PDF(ctx, number); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, f := range files {
			if f != files[0] || f.Hash == "" {
				t.Error("two files of one licence", f, files[0])
			}
		}
		made := len(o.printed)
		if again, err := o.PDF(ctx, number); err != nil || again != files[0] || len(o.printed) != made {
			t.Error("made again", err)
		}
		l, _, _ := o.Find(ctx, number)
		want := map[string]any{"url": "https://wb.example.cn/v/" + l.Code, "licence": map[string]any{
			"number": number, "date": "2026年11月20日", "issued": "2026年11月20日", "from": "2026年11月20日", "until": "长期", "version": 1, "identifier": "", "office": "舒城县市场监督管理局",
			"holder": l.Unit, "holder_code": l.USCC}}
		if d := cmp.Diff(want, o.printed[0].Extra); d != "" {
			t.Error(d)
		}
		data, ok := licence.ReadData(o.printed[0].Data)
		if !ok || data.Number != number || data.Code != l.Code || data.Holder != l.Unit {
			t.Errorf("%+v", data)
		}
		got := scan(t, o.printed[0].Pictures["qr"])
		if address, _, _ := strings.Cut(got, "#"); address != want["url"] || got != data.QR {
			t.Error("the code leads to", got)
		}
	})
}

// scan reads a QR code. The picture is the bare code: without being told so, the
// reader looks for one in a photograph, and takes some codes for something else.
func scan(t *testing.T, picture []byte) string {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	read, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
	if err != nil {
		t.Fatal(err)
	}
	return read.GetText()
}

func TestNumberWithoutDocument(t *testing.T) {
	o := open(t, dbtest.SQLite(t, rooms...))
	call := casework.Call{With: maps.Clone(o.call.With)}
	delete(call.With, "document")
	number, err := o.issueAs(t.Context(), call, "case-1", friday, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.PDF(t.Context(), number); !errors.Is(err, licence.ErrNoDocument) {
		t.Error(err)
	}
	if _, err := o.PDF(t.Context(), "YB1"); !errors.Is(err, licence.ErrUnknown) {
		t.Error(err)
	}
}

// onPaper is what stands in documents and numbers, which are in Chinese.
var onPaper = []string{"2006年1月2日", "长期", "证照编号", "持证单位", "版本"}

// inFiles is what files of licences say, and where in them.
var inFiles = []string{"正常", "过期", "长期有效", "、", "：", "第 %d 行"}

func TestEnglish(t *testing.T) {
	except := slices.Concat(onPaper, inFiles)
	for _, c := range licence.ImportColumns() {
		except = append(except, c.Name, c.About)
	}
	english.Complete(t, licence.English, except...)
}

// calendar has the years in which licences of the tests end, too.
func calendar() *workday.Calendar {
	later, err := workday.Read(strings.NewReader(`{"years": {"2031": {"status": "official", "off": {}, "work": {}}, "2036": {"status": "official", "off": {}, "work": {}}}}`))
	if err != nil {
		panic(err)
	}
	return workday.Default().With(later)
}
