package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"wangban/internal/cn"
	"wangban/internal/db"
)

// forms are how names of businesses commonly end (组织形式), the longer ones
// first. They only tell which names are similar; what an item lets a name end
// with is a setting of its check.
var forms = []string{
	"经营服务部", "经营部", "服务部", "销售部", "营业部", "维修部", "门市部", "工作室", "批发部", "便利店", "小吃店", "专卖店",
	"有限责任公司", "股份有限公司", "有限公司", "公司", "合作社", "超市", "商店", "商行", "中心", "饭店", "餐馆", "酒楼",
	"店", "馆", "部", "行", "坊", "铺", "厂", "社", "屋", "吧", "楼", "庄", "园", "摊", "户",
}

// core is what is left of a name without the place before it and the form of
// business after it: 舒城县城关镇老街面馆 and 舒城老街面店 share 老街面.
func core(name string, places []string) string {
	whole := cn.NameKey(name)
	s := whole
	if i := strings.LastIndexByte(s, '('); i > 0 && strings.HasSuffix(s, ")") {
		s = s[:i] // （个体工商户） and such
	}
	for {
		i := slices.IndexFunc(places, func(p string) bool { return p != "" && strings.HasPrefix(s, p) })
		if i < 0 {
			break
		}
		s = strings.TrimPrefix(s, places[i])
	}
	for _, form := range forms {
		if rest, ok := strings.CutSuffix(s, form); ok {
			s = rest
			break
		}
	}
	if len([]rune(s)) < 2 { // nothing that tells one name from another
		return whole
	}
	return s
}

// core of a name, in this installation.
func (r *Room) core(name string) string { return core(name, r.places) }

// KeyNames works out what similar names share for entities that were brought in
// before the room knew how. It may be called again; then it has nothing to do.
func (r *Room) KeyNames(ctx context.Context) error {
	for {
		done := 0
		err := r.db.Write(ctx, func(ctx context.Context, tx db.Tx) error {
			names, err := unkeyed(ctx, tx, batchSize)
			if err != nil {
				return err
			}
			done = len(names)
			for uscc, name := range names {
				if err := setCore(ctx, tx, uscc, r.core(name)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("work out what names share: %w", err)
		}
		if done < batchSize {
			return nil
		}
	}
}
