package casework

import (
	"maps"
	"slices"
)

// join puts what others tell of an act beside its own messages, or at the end
// of the one to the same person where it can be said there. What has a limit of
// its own a day keeps its name, by which it is counted.
func (d *Door) join(own, told []Message) []Message {
	out := slices.Clone(own)
	for _, m := range told {
		i := -1
		if m.Tail != nil && d.joins != nil {
			i = slices.IndexFunc(out[:len(own)], func(o Message) bool {
				return o.To == m.To && o.Party == m.Party && o.PerDay == 0 && d.joins(o.Template+"_"+m.Template, o.Text+m.Tail.Text)
			})
		}
		if i < 0 {
			out = append(out, m)
			continue
		}
		o := &out[i]
		o.Template, o.Text = o.Template+"_"+m.Template, o.Text+m.Tail.Text
		params := maps.Clone(o.Params)
		if params == nil {
			params = map[string]string{}
		}
		maps.Copy(params, m.Tail.Params)
		o.Params = params
	}
	return out
}
