package portal

import (
	"testing"
	"time"

	"wangban/internal/form"
	"wangban/internal/licence"
	"wangban/internal/web"
)

// In the wallet a day says what day it is, and what is suspended is not called
// valid for good.
func TestWhatTheWalletSays(t *testing.T) {
	ctx := web.WithChrome(t.Context(), &web.Chrome{Lang: web.Chinese})
	l := licence.Licence{Public: licence.Public{Status: licence.Valid, Made: time.Date(2026, 11, 24, 9, 0, 0, 0, form.Shanghai),
		Facts: []licence.Fact{{Label: "单位内编号", Value: "1 号楼 1 号梯"}, {Label: "下次检验日期", Value: "2027年8月27日"}}}}
	if got := factsOf(ctx, l); got != "1 号楼 1 号梯 · 下次检验日期 2027年8月27日" {
		t.Error(got)
	}
	if got := licenceTerm(ctx, l.Public); got != "长期有效" {
		t.Error(got)
	}
	l.Status = licence.Suspended
	if got := licenceTerm(ctx, l.Public); got != "2026年11月24日起停用" {
		t.Error(got)
	}
}
