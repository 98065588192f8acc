package registry

import (
	"strings"

	"wangban/internal/cn"
)

// Status of an entity's registration (登记状态).
type Status string

// Statuses.
const (
	Living       Status = "living"       // 存续
	Dormant      Status = "dormant"      // 歇业 (市场主体登记管理条例 art 30)
	WindingUp    Status = "winding_up"   // 清算
	Moved        Status = "moved"        // 迁出
	Revoked      Status = "revoked"      // 吊销: the licence is gone, the entity not yet
	Annulled     Status = "annulled"     // 撤销: the registration itself was annulled
	Deregistered Status = "deregistered" // 注销
)

// Label is the status as people say it.
func (s Status) Label() string {
	for _, w := range statusWords {
		if w.status == s {
			return w.words[0]
		}
	}
	return string(s)
}

// statusWords are the words that files use, the common one first.
var statusWords = []struct {
	status Status
	words  []string
}{
	{Living, []string{"存续", "在业", "在营", "开业", "在册", "正常", "存续（在营、开业、在册）", "在营（开业）", "在营（开业）企业", "登记成立"}},
	{Dormant, []string{"歇业", "歇业备案"}},
	{WindingUp, []string{"清算", "清算中"}},
	{Moved, []string{"迁出", "已迁出", "迁往市外"}},
	{Revoked, []string{"吊销", "已吊销", "吊销未注销", "吊销，未注销"}},
	{Annulled, []string{"撤销", "已撤销", "撤销登记"}},
	{Deregistered, []string{"注销", "已注销", "注销企业", "吊销已注销", "吊销，已注销"}},
}

var statusOf = func() map[string]Status {
	m := map[string]Status{}
	for _, w := range statusWords {
		for _, word := range w.words {
			m[cn.NameKey(word)] = w.status
		}
	}
	return m
}()

// kindWords tell the kind of an entity by a part of what files write as its
// type; the first that is found counts.
var kindWords = []struct{ part, kind string }{
	{"分公司", "branch"}, {"分支", "branch"}, {"分店", "branch"}, {"分社", "branch"},
	{"个体", "sole_trader"},
	{"个人独资", "sole_proprietorship"},
	{"合伙", "partnership"},
	{"合作社", "cooperative"},
	{"公司", "enterprise"}, {"企业", "enterprise"}, {"股份", "enterprise"}, {"集体", "enterprise"}, {"国有", "enterprise"},
}

// kindOf tells the kind of an entity from what a file writes as its type, or
// else from its code. “个人独资” in a company's type (一人有限责任公司（自然人
// 独资）) is another thing and does not match.
func kindOf(written, uscc string) string {
	for _, w := range kindWords {
		if strings.Contains(written, w.part) {
			return w.kind
		}
	}
	return string(cn.USCCKind(uscc))
}
