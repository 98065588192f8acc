package web

import (
	"context"
	_ "embed"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/goccy/go-yaml"
)

// Lang is a language of the screens. Chinese is the source: what is written in
// the code is Chinese, and English comes from tables keyed by it.
type Lang string

// Languages.
const (
	Chinese Lang = "zh"
	English Lang = "en"
)

// HTML is the value of the lang attribute.
func (l Lang) HTML() string {
	if l == English {
		return "en"
	}
	return "zh-CN"
}

//go:embed en.yaml
var english []byte

var (
	tables   = readTable(english)  // of the rooms
	others   = map[string]string{} // of items and of the installation
	tablesMu sync.RWMutex
)

// readTable panics on a damaged table, which a test would have found.
func readTable(table []byte) map[string]string {
	t := map[string]string{}
	if err := yaml.Unmarshal(table, &t); err != nil {
		panic(err)
	}
	return t
}

// AddEnglish takes a room's table of English texts (YAML: Chinese: English).
func AddEnglish(table []byte) {
	tablesMu.Lock()
	defer tablesMu.Unlock()
	maps.Copy(tables, readTable(table))
}

// AddTexts takes English texts by their Chinese, such as an item's. The words
// of the screens themselves stay as their rooms say them.
func AddTexts(t map[string]string) {
	tablesMu.Lock()
	defer tablesMu.Unlock()
	maps.Copy(others, t)
}

// Speak lets the rest of a request speak an item's own English: of the version
// a case is pinned to, and where two items say one Chinese text in two ways.
func Speak(ctx context.Context, english map[string]string) { ChromeOf(ctx).texts = english }

// T gives a text in the reader's language; without a translation, the Chinese.
func T(ctx context.Context, zh string) string {
	if LangOf(ctx) != English {
		return zh
	}
	if en, ok := ChromeOf(ctx).texts[zh]; ok && en != "" {
		return en
	}
	tablesMu.RLock()
	defer tablesMu.RUnlock()
	for _, table := range []map[string]string{tables, others} {
		if en := table[zh]; en != "" {
			return en
		}
	}
	return zh
}

// Act is T for what a button does. Where Chinese names the act and what has come
// of it alike, an item says the act under “act:” and the Chinese: 不予登记 is
// “Refuse registration” on the button, “Registration refused” ever after.
func Act(ctx context.Context, zh string) string {
	if LangOf(ctx) != English {
		return zh
	}
	if en := ChromeOf(ctx).texts["act:"+zh]; en != "" {
		return en
	}
	tablesMu.RLock()
	en := others["act:"+zh]
	tablesMu.RUnlock()
	if _, said := ChromeOf(ctx).texts[zh]; en != "" && !said {
		return en
	}
	return T(ctx, zh)
}

// framed is T for the frame around a page: the same word may name an act of the
// item that is shown, in other English, and the frame says one thing on all
// pages.
func framed(ctx context.Context, zh string) string {
	if LangOf(ctx) == English {
		tablesMu.RLock()
		defer tablesMu.RUnlock()
		if en := tables[zh]; en != "" {
			return en
		}
	}
	return zh
}

// Tf is T for a text with fmt verbs. Arguments that are texts themselves are
// translated too, when a translation exists.
func Tf(ctx context.Context, zh string, args ...any) string {
	if len(args) == 0 {
		return T(ctx, zh)
	}
	translated := make([]any, len(args))
	for i, a := range args {
		if s, ok := a.(string); ok {
			a = T(ctx, s)
		}
		translated[i] = a
	}
	return fmt.Sprintf(T(ctx, zh), translated...)
}

var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// Moment writes date and time: 2026年8月23日 16:00, or 23 Aug 2026, 16:00.
func Moment(ctx context.Context, t time.Time) string {
	return written(ctx, t, "2006年1月2日 15:04")
}

// Date writes a date: 2026年8月23日, or 23 Aug 2026.
func Date(ctx context.Context, t time.Time) string {
	return written(ctx, t, "2006年1月2日")
}

// written writes a time in a layout that languages translate.
func written(ctx context.Context, t time.Time, layout string) string {
	if t.IsZero() {
		return "—"
	}
	return t.In(shanghai).Format(T(ctx, layout))
}

// Left writes how much time is left, in words: 23 小时 5 分钟. A minute that has
// begun counts whole: a second after the start, 48 hours are still 48.
func Left(ctx context.Context, d time.Duration) string {
	if d <= 0 {
		return T(ctx, "已到时间")
	}
	if d >= time.Minute {
		d = (d + time.Minute - 1).Truncate(time.Minute)
	}
	days, hours, minutes := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60
	switch {
	case days >= 3:
		return Tf(ctx, "%d 天", days)
	case days > 0:
		return Tf(ctx, "%d 小时", days*24+hours)
	case hours > 0:
		return Tf(ctx, "%d 小时 %d 分钟", hours, minutes)
	case minutes > 0:
		return Tf(ctx, "%d 分钟", minutes)
	}
	return T(ctx, "不到 1 分钟")
}
