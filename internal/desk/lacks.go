package desk

import (
	"context"
	"fmt"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/web"
)

// lacks are the characters of the answers that no font for documents has, each
// with its code and where it stands: a licence or a document with one of them is
// not made, and the officer should know before there is something to issue.
func (d *Desk) lacks(ctx context.Context, s casework.State, it *item.Item) (out []string) {
	if d.Lacks == nil {
		return nil
	}
	fc := casework.FormContext(d.House(), s, d.Now())
	seen := map[rune]bool{}
	look := func(label, text string) {
		for _, r := range d.Lacks(text) {
			if !seen[r] {
				seen[r] = true
				out = append(out, web.Tf(ctx, "“%s”（%s，%s）", string(r), fmt.Sprintf("U+%04X", r), web.T(ctx, label)))
			}
		}
	}
	values := answers(s, it)
	for _, page := range it.Form.Shown(values) {
		for _, f := range page.Fields {
			switch f.Type {
			case form.TypeFile, form.TypePassword:
			case form.TypeRows:
				for _, row := range form.RowsOf(values[f.ID]) {
					for _, sub := range f.Fields {
						look(f.Label, form.Show(sub, row[sub.ID], fc, false, nil))
					}
				}
			default:
				look(f.Label, form.Show(f, values[f.ID], fc, false, nil))
			}
		}
	}
	return out
}
