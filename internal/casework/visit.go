package casework

import (
	"slices"
	"time"

	"wangban/internal/form"
	"wangban/internal/item"
)

// Visit is an appointment on the spot (现场核查) with what came of it.
type Visit struct {
	N        int       `json:"n"`
	At       time.Time `json:"at"`       // when it is to be
	Officers []Officer `json:"officers"` // two at least where substance is checked (行政许可法 34)
	Text     string    `json:"text,omitempty"`
	By       Officer   `json:"by"`
	Sheet    string    `json:"sheet,omitempty"` // what was filled in
	Done     time.Time `json:"done,omitzero"`
	Moved    time.Time `json:"moved,omitzero"` // when another appointment took its place
}

// Booked is the appointment that stands.
func (s State) Booked() (Visit, bool) {
	n := len(s.Visits)
	if n == 0 || !s.Visits[n-1].Done.IsZero() {
		return Visit{}, false
	}
	return s.Visits[n-1], true
}

// by tells whether an officer is among those who go.
func (v Visit) by(a Actor) bool {
	return slices.ContainsFunc(v.Officers, func(o Officer) bool { return o.ID == a.ID })
}

// visited checks appointments and visits.
func (d *decision) visited() *Refusal {
	in := d.in.Data
	switch d.act.Does {
	case item.Appoint:
		switch {
		case !in.At.After(d.out.Now):
			return refuse(CodeIncomplete, "填写核查的日期和时间，要晚于现在。")
		case in.At.After(d.out.Now.AddDate(0, 6, 0)):
			return refuse(CodeIncomplete, "核查的日期太远，半年以内。")
		case len(in.Officers) < max(d.act.Officers, 1):
			return refuse(CodeIncomplete, "选至少 %d 名核查人员。", max(d.act.Officers, 1))
		}
		for i, id := range in.Officers {
			if slices.Contains(in.Officers[:i], id) {
				return refuse(CodeIncomplete, "同一个人选了两次。")
			}
			if r := d.fit(id, ""); r != nil {
				return r
			}
		}
	case item.Visit:
		v, ok := d.s.Booked()
		switch {
		case !ok:
			return refuse(CodeGuard, "还没有预约现场核查。先预约，再登记结果。")
		case !v.by(d.in.Actor):
			return refuse(CodeNotYours, "这次核查由预约的核查人员登记结果。")
		case d.out.Now.Before(v.At):
			return refuse(CodeNotYet, "约在 %s 核查，到时间以后再登记结果。改了时间的，先重新预约。", v.At.In(form.Shanghai).Format("2006-01-02 15:04"))
		}
	}
	return nil
}

// visiting writes an appointment or a visit down.
func (d *decision) visiting(data *EventData) {
	in := d.in.Data
	switch d.act.Does {
	case item.Appoint:
		v := Visit{N: len(d.s.Visits) + 1, At: in.At.Truncate(time.Microsecond), Text: in.Text, By: d.officer()}
		for _, id := range in.Officers {
			a := d.out.Officers[id]
			v.Officers = append(v.Officers, Officer{ID: a.ID, Name: a.Name, Unit: a.Unit})
		}
		data.Visit = &v
	case item.Visit:
		v, _ := d.s.Booked()
		v.Done, v.Sheet = d.out.Now, d.act.Sheet
		data.Visit = &v
	}
}

// withVisit puts a visit into those on record; a new appointment moves the one
// that stood.
func withVisit(all []Visit, v *Visit, at time.Time) []Visit {
	if v == nil {
		return all
	}
	all = slices.Clone(all)
	if i := slices.IndexFunc(all, func(k Visit) bool { return k.N == v.N }); i >= 0 {
		all[i] = *v
		return all
	}
	if n := len(all); n > 0 && all[n-1].Done.IsZero() {
		all[n-1].Moved = at
	}
	return append(all, *v)
}
