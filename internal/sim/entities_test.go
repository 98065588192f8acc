package sim_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"wangban/county"
	"wangban/internal/cn"
	shucheng "wangban/internal/county"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/registry"
	"wangban/internal/sim"
	"wangban/internal/vault"
)

func place(t testing.TB) *shucheng.County {
	t.Helper()
	c, err := shucheng.Read(county.Shucheng)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEntitiesAreDeterministicAndPlausible(t *testing.T) {
	c := place(t)
	all := slices.Collect(sim.Entities(1, c, 5000))
	if !slices.Equal(all, slices.Collect(sim.Entities(1, c, 5000))) {
		t.Error("the same seed gives other entities")
	}
	if slices.Equal(all[:100], slices.Collect(sim.Entities(2, c, 100))) {
		t.Error("another seed gives the same entities")
	}
	codes, names, kinds, towns := map[string]bool{}, map[string]bool{}, map[string]int{}, map[string]int{}
	for _, e := range all {
		if !cn.USCC(e.USCC).OK() || !cn.UnitName(e.Name).OK() || !cn.PersonName(e.Rep).OK() {
			t.Fatalf("%+v", e)
		}
		if _, ok := c.Towns[e.Town]; !ok || e.Established > "2020-07-31" || e.Established < "1996" {
			t.Fatalf("%+v", e)
		}
		codes[e.USCC], names[e.Name] = true, true
		kinds[e.Kind]++
		towns[e.Town]++
	}
	if len(codes) != len(all) || len(names) != len(all) {
		t.Errorf("%d codes and %d names for %d entities", len(codes), len(names), len(all))
	}
	if len(kinds) != 6 || kinds["sole_trader"] < 3500 || kinds["sole_trader"] > 4000 || len(towns) != len(c.Towns) {
		t.Error(kinds, towns)
	}
}

// What is written is what is imported.
func TestEntitiesImport(t *testing.T) {
	c := place(t)
	dbtest.Both(t, []db.Migrations{registry.Migrations}, func(t *testing.T, d *db.DB) {
		r := base(t, d, c)
		rep, err := r.Import(t.Context(), "demo.csv", bytes.NewReader(file(t, c, 2000)), nil)
		if err != nil || rep.Added != 2000 || len(rep.Problems) > 0 {
			t.Fatalf("%+v %v", rep, err)
		}
		for want := range sim.Entities(1, c, 50) {
			got, ok, err := r.Find(t.Context(), want.USCC)
			want.Source, want.Imported = "demo.csv", got.Imported
			if got != want.Entity || !ok || err != nil {
				t.Fatalf("%+v became %+v %v", want, got, err)
			}
		}
	})
}

func base(t testing.TB, d *db.DB, c *shucheng.County) *registry.Room {
	t.Helper()
	v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	towns := map[string]string{}
	for code, town := range c.Towns {
		towns[code] = town.Name
	}
	return registry.New(registry.Options{DB: d, Vault: v, Now: func() time.Time { return time.Date(2020, 8, 3, 1, 0, 0, 0, time.UTC) },
		Towns: func() map[string]string { return towns }})
}

func file(t testing.TB, c *shucheng.County, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := sim.WriteEntities(&b, sim.Entities(1, c, n)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The base of a county, 60,000 rows: the first import, and the same again.
func BenchmarkImportCounty(b *testing.B) {
	const rows = 60_000
	c := place(b)
	content := file(b, c, rows)
	for name, engine := range map[string]func(testing.TB, ...db.Migrations) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name+"/first", func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				r := base(b, engine(b, registry.Migrations), c)
				b.StartTimer()
				if rep, err := r.Import(b.Context(), "demo.csv", bytes.NewReader(content), nil); err != nil || rep.Added != rows {
					b.Fatal(rep.Added, err)
				}
			}
		})
		b.Run(name+"/again", func(b *testing.B) {
			r := base(b, engine(b, registry.Migrations), c)
			if _, err := r.Import(b.Context(), "demo.csv", bytes.NewReader(content), nil); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if rep, err := r.Import(b.Context(), "demo.csv", bytes.NewReader(content), nil); err != nil || rep.Unchanged != rows {
					b.Fatal(rep.Unchanged, err)
				}
			}
		})
	}
}
