package registry_test

import (
	"strings"
	"testing"
	"time"

	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/registry"
)

// Whom the base does not name any more has left; nothing is said of somebody with
// the same document, whose name may be theirs, or by a base older than what the
// house knows.
func TestStandingOf(t *testing.T) {
	dbtest.Both(t, []db.Migrations{registry.Migrations}, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		const uscc, id, other = "91341523TXT000020Y", "342425197803120008", "11010519491231002X"
		for _, c := range []struct {
			name, rep, number, status string
			since                     time.Duration // of the house's knowledge, after the import
			want                      registry.Standing
		}{
			{"龚䶮", "龚䶮", "", "存续", -time.Hour, registry.StandingRep},
			{"龚䶮", "王芳", "", "存续", -time.Hour, registry.StandingLeft},
			{"龚䶮", "王芳", other, "存续", -time.Hour, registry.StandingLeft},
			{"龚䶮", "王芳", "", "存续", time.Hour, registry.StandingUnknown},
			{"龚䶮", "王芳", id, "存续", -time.Hour, registry.StandingRep},
			{"龚䶮", "龚?", "", "存续", -time.Hour, registry.StandingUnknown},
			{"龚䶮", "龚䶮", other, "存续", -time.Hour, registry.StandingUnknown},
			{"龚䶮", "某公司（委派代表：龚䶮）", "", "存续", -time.Hour, registry.StandingRep},
			{"龚䶮", "王芳", "", "注销", time.Hour, registry.StandingOver},
		} {
			_, err := h.Import(t.Context(), "base.csv", strings.NewReader("统一社会信用代码,名称,法定代表人,法定代表人证件号码,登记状态\n"+strings.Join([]string{uscc, "某某有限公司", c.rep, c.number, c.status}, ",")+"\n"), nil)
			if err != nil {
				t.Fatal(err)
			}
			e, _, err := h.Find(t.Context(), uscc)
			if err != nil {
				t.Fatal(err)
			}
			got, err := h.StandingOf(t.Context(), uscc, c.name, id, e.Imported.Add(c.since))
			if err != nil || got != c.want {
				t.Errorf("%s beside %s (%q, %s, %s): %d, %v", c.name, c.rep, c.number, c.status, c.since, got, err)
			}
		}
		if got, err := h.StandingOf(t.Context(), "91341523TXT000099X", "龚䶮", id, time.Time{}); err != nil || got != registry.StandingUnknown {
			t.Errorf("of a unit that the base does not know: %d, %v", got, err)
		}
	})
}
