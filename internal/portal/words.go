package portal

import (
	"context"
	"strconv"

	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/web"
)

func itoa(n int) string { return strconv.Itoa(n) }

// caseName is what a case is called: the unit, or the item while the unit has
// not been named.
func caseName(ctx context.Context, s casework.State, it *item.Item) string {
	if name, _ := s.Values[it.Flow.Title].(string); name != "" {
		return name
	}
	return web.T(ctx, it.Guide.Title)
}

func caseCrumbs(ctx context.Context, s casework.State, it *item.Item) []web.Link {
	return []web.Link{
		{Text: web.T(ctx, "首页"), URL: "/"},
		{Text: web.T(ctx, it.Guide.Title), URL: "/items/" + it.Name},
		{Text: web.T(ctx, "这件申请"), URL: "/cases/" + s.ID},
	}
}
