package desk

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"wangban/internal/item"
	"wangban/internal/web"
)

func itoa(n int) string { return strconv.Itoa(n) }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func orMissing(ctx context.Context, s string) string {
	if s == "" {
		return web.T(ctx, "未填")
	}
	return s
}

// whole tells of a text as long as a unified social credit code, or shorter,
// that has no place to break: such a number is compared by eye, in one line.
func whole(s string) bool {
	return len(s) <= 18 && strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && (r < 'A' || r > 'Z') }) < 0
}

// judgedText is what was found wrong with an answer.
func judgedText(ctx context.Context, row judgeRow) string {
	var parts []string
	for _, reason := range row.Reasons {
		if reason.Code == row.Judgement.Reason {
			parts = append(parts, web.T(ctx, reason.Label))
		}
	}
	if row.Judgement.Note != "" {
		parts = append(parts, row.Judgement.Note)
	}
	return strings.Join(parts, " · ")
}

// read says who reads the officer's words: who has applied, or, where the office
// acts of its own accord, the party.
func read(ctx context.Context, office bool, applicant, party string) string {
	if office {
		return web.T(ctx, party)
	}
	return web.T(ctx, applicant)
}

// noActs says why there is nothing for the officer to do.
func noActs(ctx context.Context, v caseView) string {
	switch {
	case v.Stage.End != "":
		return read(ctx, v.Item.Flow.ExOfficio(), "这件申请已经办结。", "这件已经办结。")
	case v.Held != "":
		return web.Tf(ctx, "%s正在处理，等放回后才能办理。", v.Held)
	case v.Helped:
		return web.T(ctx, "你帮办过这件申请，由其他同事审核。")
	case forStaff(v.Stage.By):
		return web.T(ctx, "你的岗位只能查看，不能办理。")
	}
	return read(ctx, v.Item.Flow.ExOfficio(), "现在等申请人办理，不用你操作。", "现在等当事人答复，不用你操作。")
}

// reasonLegend is what an act's reasons are called.
func reasonLegend(ctx context.Context, act item.Act) string {
	switch act.Does {
	case item.Pause:
		return web.T(ctx, "为什么暂停（法定的特别程序）")
	case item.Extend:
		return web.T(ctx, "为什么延长")
	}
	return web.T(ctx, "原因")
}
