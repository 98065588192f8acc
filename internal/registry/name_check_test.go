package registry_test

import (
	"context"
	"testing"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/registry"
	"wangban/internal/vault"
)

// shop is an item that asks for a name.
var shop = &item.Item{Form: form.Form{Pages: []form.Page{{Name: "p", Fields: []form.Field{
	{ID: "own", Label: "代码", Type: form.TypeUSCC}, {ID: "name", Label: "名称", Type: form.TypeUnitName},
	{ID: "boss", Label: "经营者", Type: form.TypePersonName},
}}}}}

func naming(t *testing.T, d *db.DB) *registry.Room {
	t.Helper()
	v, err := vault.New(make([]byte, vault.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return registry.New(registry.Options{DB: d, Vault: v, Now: func() time.Time { return monday }, Towns: func() map[string]string { return towns },
		Region: func() string { return "341523" }, Places: []string{"舒城县", "舒城", "城关镇", "杭埠镇"}})
}

// Which names can be had.
//
func TestNamesAreComparedInTheRegion(t *testing.T) {
	const head = "统一社会信用代码,名称,法定代表人,登记状态\n"
	rows := head +
		code(cn.SoleTrader, 1) + ",舒城县城关镇老街面馆,汤㛃,存续\n" +
		code(cn.SoleTrader, 2) + ",舒城县城关镇新街面馆,汤㛃,注销\n" +
		code(cn.SoleTrader, 3) + ",***,谢长河,存续\n" +
		cn.MakeUSCC(cn.SoleTrader, "341524", 4) + ",舒城县月光小吃店,汤㛃,存续\n" +
		code(cn.Enterprise, 5) + ",舒城县龙舒茶业（集团）有限公司,龚䶮,吊销\n"
	tests := []struct {
		what, name, own string
		level           casework.Level
		code, known     string
	}{
		{"nobody has it", "舒城县杭埠镇河口面馆", "", casework.Fine, registry.FoundFree, ""},
		{"the same", "舒城县城关镇老街面馆", "", casework.Refuse, registry.FoundTaken, "舒城县城关镇老街面馆"},
		{"the same, spelt otherwise", "舒城县龙舒茶业 (集团)有限公司", "", casework.Refuse, registry.FoundReserved, ""},
		{"its own", "舒城县城关镇老街面馆", code(cn.SoleTrader, 1), casework.Fine, registry.FoundFree, ""},
		{"another place", "舒城县杭埠镇老街面馆", "", casework.Warn, registry.FoundSimilar, "舒城县城关镇老街面馆"},
		{"another form", "舒城老街面店（个体工商户）", "", casework.Warn, registry.FoundSimilar, "舒城县城关镇老街面馆"},
		{"an enterprise's", "舒城县龙舒茶业（集团）店", "", casework.Warn, registry.FoundSimilar, "舒城县龙舒茶业（集团）有限公司"},
		{"deregistered, so free", "舒城县城关镇新街面馆", "", casework.Fine, registry.FoundFree, ""},
		{"of another county", "舒城县月光小吃店", "", casework.Fine, registry.FoundFree, ""},
		{"a word that is not allowed", "舒城县月光公司", "", casework.Refuse, registry.FoundReserved, ""},
		{"a word that needs a look", "国际月光小吃店", "", casework.Warn, registry.FoundDoubtful, ""},
		{"no usual form", "舒城县月光", "", casework.Warn, registry.FoundForm, ""},
		{"the operator's own", "王 小明", "", casework.Fine, registry.FoundUnnamed, ""},
		{"none", "", "", casework.Fine, registry.FoundUnnamed, ""},
		{"a person's name that somebody else trades under", "谢长河", "", casework.Refuse, registry.FoundTaken, "谢长河"},
	}
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		r := naming(t, d)
		load(t, r, "base.csv", rows)
		call := casework.Call{With: map[string]string{"name": "name", "person": "boss", "own": "own", "refuse": "公司 合作社", "warn": "国际 集团", "forms": "店 馆 部"}}
		for _, c := range tests {
			s := casework.State{Values: form.Values{"name": c.name, "own": c.own, "boss": "王小明"}}
			f, err := r.NameFree(t.Context(), d.Read(), call, s, shop)
			known := ""
			if len(f.Compare) > 0 {
				known = f.Compare[0].Known
			}
			if err != nil || f.Level != c.level || f.Code != c.code || known != c.known {
				t.Errorf("%s: %+v %v", c.what, f, err)
			}
		}
	})
}

// Bases from before names were compared learn it once, and then know it.
func TestOldBasesLearnWhatNamesShare(t *testing.T) {
	dbtest.Rehearsed(t, rooms, func(t *testing.T, d *db.DB) {
		r := naming(t, d)
		load(t, r, "base.csv", "统一社会信用代码,名称,法定代表人,登记状态\n"+code(cn.SoleTrader, 1)+",舒城县城关镇老街面馆,汤㛃,存续\n")
		if err := d.Write(t.Context(), func(ctx context.Context, tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE registry_entity SET core = NULL`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		ask := func() string {
			f, err := r.NameFree(t.Context(), d.Read(), casework.Call{With: map[string]string{"name": "name"}}, casework.State{Values: form.Values{"name": "舒城县老街面店"}}, shop)
			if err != nil {
				t.Fatal(err)
			}
			return f.Code
		}
		if got := ask(); got != registry.FoundFree {
			t.Fatalf("without keys: %s", got)
		}
		for range 2 {
			if err := r.KeyNames(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got := ask(); got != registry.FoundSimilar {
			t.Errorf("with keys: %s", got)
		}
	})
}
