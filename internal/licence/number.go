package licence

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/form"
)

// Widths of the sequence in a number.
const (
	usualWidth = 6
	mostWidth  = 12
)

// taken is an official number with its place in a series.
type taken struct {
	number   string
	series   string
	sequence int64
}

// number takes the next number of a series, in the act's transaction: an act
// that fails leaves no gap.
func (r *Room) number(ctx context.Context, tx db.Tx, g grant) (taken, error) {
	expression, env, series, err := r.numbering(g)
	if err != nil {
		return taken{}, err
	}
	t := taken{series: series}
	for {
		if t.sequence, err = next(ctx, tx, t.series); err != nil {
			return t, fmt.Errorf("take a number of %s: %w", t.series, err)
		}
		width := widthOf(g.call.With["sequence"])
		digits := fmt.Sprintf("%0*d", width, t.sequence)
		if len(digits) > width {
			return t, &casework.Refusal{Code: casework.CodeFinding, Text: "这类编号的 %d 位顺序号已经用完，发不出新编号。联系系统管理员调整编号规则后再办。", Args: []any{width}}
		}
		env["sequence"] = digits
		text, err := expression.Text(env)
		if err != nil {
			return t, fmt.Errorf("number %q of item %s: %w", g.call.With["number"], g.it.Name, err)
		}
		if t.number = cn.Code(text); t.number == "" {
			return t, fmt.Errorf("number %q of item %s is empty", g.call.With["number"], g.it.Name)
		}
		// A number that was imported stays its holder's, even where nobody could
		// tell its place in the series; and a series that went back meets those
		// that were given before it did.
		if used, err := isTaken(ctx, tx, t); err != nil || !used {
			return t, err
		}
	}
}

// numbering is the expression of a number, what it speaks of, and the series in
// which it counts.
func (r *Room) numbering(g grant) (expression form.Cond, env form.Env, series string, err error) {
	expression, ok := g.it.Flow.Numbers[g.call.With["number"]]
	if !ok {
		return expression, nil, "", fmt.Errorf("item %s has no numbers %q", g.it.Name, g.call.With["number"])
	}
	env = r.numberEnv(g)
	for _, name := range []string{"province", "registrar"} {
		if env[name] == "" && slices.Contains(expression.Refs(), name) {
			return expression, nil, "", refuse("这类编号里有 %s，安装说明里没有写，发不出编号。联系系统管理员补上后再办。", name)
		}
	}
	series, err = r.series(g, expression, env)
	return expression, env, series, err
}

// bySeries is an order in which several numbers can be taken: everybody takes
// from one series after the other in the same order, so that nobody waits for
// somebody who waits for him.
func (r *Room) bySeries(all []grant) ([]int, error) {
	order, series := make([]int, len(all)), make([]string, len(all))
	for i, g := range all {
		var err error
		if order[i] = i; len(all) > 1 {
			if _, _, series[i], err = r.numbering(g); err != nil {
				return nil, err
			}
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(series[a], series[b]) })
	return order, nil
}

// numberEnv is what numbers speak of; see item.NumberNames.
func (r *Room) numberEnv(g grant) form.Env {
	env := maps.Clone(g.env)
	env["region"], env["province"], env["registrar"] = r.Region(), told(r.Province), told(r.Registrar)
	env["year"] = fmt.Sprintf("%04d", g.at.In(form.Shanghai).Year())
	return env
}

func told(by func() string) string {
	if by == nil {
		return ""
	}
	return by()
}

// series names what is counted together: kind and region always, and the year
// where the number shows it, or whatever else the item says.
func (r *Room) series(g grant, number form.Cond, env form.Env) (string, error) {
	parts := []string{firstWord(g.call.With["kind"]), r.Region()}
	source := g.call.With["series"]
	if source == "" {
		year := "0"
		if slices.Contains(number.Refs(), "year") {
			year = strconv.Itoa(g.at.In(form.Shanghai).Year()) // counted anew each year
		}
		return strings.Join(append(parts, year), "/"), nil
	}
	cond, err := form.ParseCond(source)
	if err != nil {
		return "", err
	}
	value, err := cond.Text(env)
	return strings.Join(append(parts, "="+value), "/"), err
}

func firstWord(s string) string {
	for word := range strings.FieldsSeq(s) {
		return word
	}
	return ""
}

func widthOf(setting string) int {
	if n, err := strconv.Atoi(setting); err == nil && n > 0 && n <= mostWidth {
		return n
	}
	return usualWidth
}

// identity is the part of the identifier (GB/T 36904) that no version changes.
// The serial is the number, or year and sequence where the number has words.
func (r *Room) identity(g grant, t taken) string {
	kind := g.call.With["type"]
	if kind == "" {
		return ""
	}
	serial := t.number
	if strings.Trim(serial, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || len(serial) > 40 {
		serial = fmt.Sprintf("%04d%06d", g.at.In(form.Shanghai).Year(), t.sequence)
	}
	return strings.Join([]string{kind, cmp.Or(told(r.OfficeID), r.Region()), serial}, ".")
}
