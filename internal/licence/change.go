package licence

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/item"
)

// The effects that make a new version of a licence. They find it by the number
// in a field of the case (setting licence), and refuse when it is not there,
// of another kind, not the unit's, or not valid any more.

// Change is the effect licence.change (变更): other facts, the same end unless
// the setting valid says otherwise. With the setting number the licence gets
// another number, and the old one is replaced.
func (r *Room) Change(ctx context.Context, tx db.Tx, call casework.Call, _, after casework.State, e casework.Event) (map[string]string, error) {
	return r.renewed(ctx, tx, ActChange, call, after, e)
}

// Renew is the effect licence.renew (延续): valid from the decision for as long
// as the setting valid says, or from its old end with from: expiry.
func (r *Room) Renew(ctx context.Context, tx db.Tx, call casework.Call, _, after casework.State, e casework.Event) (map[string]string, error) {
	return r.renewed(ctx, tx, ActRenew, call, after, e)
}

// Replace is the effect licence.replace (补办): the same licence once more; the
// lost one is told from it by its code.
func (r *Room) Replace(ctx context.Context, tx db.Tx, call casework.Call, _, after casework.State, e casework.Event) (map[string]string, error) {
	return r.renewed(ctx, tx, ActReplace, call, after, e)
}

// Correct is the effect licence.correct (更正): what was issued was wrong. The
// reason of the act is kept and needed.
func (r *Room) Correct(ctx context.Context, tx db.Tx, call casework.Call, _, after casework.State, e casework.Event) (map[string]string, error) {
	return r.renewed(ctx, tx, ActCorrect, call, after, e)
}

func (r *Room) renewed(ctx context.Context, tx db.Tx, act Act, call casework.Call, after casework.State, e casework.Event) (map[string]string, error) {
	all, err := r.grants(call, after, e)
	if err != nil {
		return nil, err
	}
	numbers, err := r.doEach(ctx, tx, act, all, func(g grant, old Licence) (string, error) { return r.renew(ctx, tx, act, g, old) })
	if err != nil {
		return nil, err
	}
	return results(call, "licence", numbers), nil
}

func (r *Room) renew(ctx context.Context, tx db.Tx, act Act, g grant, old Licence) (string, error) {
	if old.Number == "" {
		return r.adopt(ctx, tx, g, act)
	}
	v, err := g.next(act, old)
	if err == nil {
		v, err = r.certified(ctx, tx, g, old, v)
	}
	if err != nil {
		return "", err
	}
	if act == ActCorrect || act == ActSuspend {
		v.Reason = g.reason()
	}
	if act == ActCorrect && v.Reason == "" {
		return "", refuse("更正要写明原因。写上哪里不对、改成什么，再办。")
	}
	if g.call.With["number"] != "" {
		return r.renumber(ctx, tx, g, old, v)
	}
	if err := update(ctx, tx, old, v, text(g.after, g.it.Flow.Town), act.after(old.Status)); err != nil {
		return "", fmt.Errorf("%s licence %s: %w", act, old.Number, err)
	}
	return old.Number, nil
}

// What an item can say, in the setting unknown, of licences that were issued
// before there was this platform. It counts for licences whose number is the
// holder's own code, because nothing else tells whose they are.
const (
	unknownAdopt = "adopt" // the case's version is the first on record here
	unknownPass  = "pass"  // there is nothing here to end
)

// adopt takes a licence on record that was issued elsewhere, as the case leaves
// it: with this version it begins here.
func (r *Room) adopt(ctx context.Context, tx db.Tx, g grant, act Act) (string, error) {
	v := g.version(act, 1)
	v.Title, v.Unit, v.From = g.it.Guide.Result.Name, g.called(), g.at
	number := g.named()
	v.USCC = number
	var err error
	if v.Until, err = endOf(g.call.With["valid"], g.at, g.env); err != nil {
		return "", fmt.Errorf("until when licence %s is valid: %w", number, err)
	}
	t := taken{number: number, series: "adopted/" + number, sequence: 1}
	l := g.fresh(t, v)
	l.identity = r.identity(g, t)
	if err := insert(ctx, tx, l, t); err != nil {
		return "", fmt.Errorf("take licence %s on record: %w", number, err)
	}
	return number, nil
}

// called is what the holder is called from now on: what the setting unit says,
// or the flow's title.
func (g grant) called() string {
	if source := g.call.With["unit"]; source != "" {
		if cond, err := form.ParseCond(source); err == nil {
			if name, err := cond.Text(g.env); err == nil {
				return name
			}
		}
	}
	return text(g.after, g.it.Flow.Title)
}

// next is the version that follows. What the case does not say stays as it is;
// without a document of its own it shows what the one before has shown.
func (g grant) next(act Act, old Licence) (Version, error) {
	v := g.version(act, old.Version+1)
	v.Title, v.USCC = old.Title, old.USCC
	v.Unit = cmp.Or(g.called(), old.Unit)
	if uscc, name := g.holder(); uscc != "" && name != "" {
		v.USCC, v.Unit = uscc, name
	}
	switch {
	case g.call.With["public"] == "":
		v.Facts = old.Facts
	case act == ActResume: // the case asks only for what is new since, such as the next inspection
		v.Facts = updated(old.Facts, v.Facts)
	}
	if v.Document == "" {
		v.Document, v.Content, v.Record, v.imported = old.Document, old.Content, old.Record, old.imported
	}
	v.From, v.Until = old.From, old.Until
	valid := g.call.With["valid"]
	if valid == "" {
		return v, nil
	}
	v.From = g.at
	if g.call.With["from"] == fromExpiry && !old.Until.IsZero() && old.Until.After(g.at) {
		v.From = old.Until
	}
	var err error
	if v.Until, err = endOf(valid, v.From, g.env); err != nil {
		return v, fmt.Errorf("until when licence %s is valid: %w", old.Number, err)
	}
	return v, nil
}

// updated are facts with newer ones of the same label in their places.
func updated(old, newer []Fact) []Fact {
	out := slices.Clone(old)
	for _, f := range newer {
		if i := slices.IndexFunc(out, func(o Fact) bool { return o.Label == f.Label }); i >= 0 {
			out[i] = f
		} else {
			out = append(out, f)
		}
	}
	return out
}

// fromExpiry is the setting with which a renewed licence begins when the old
// one ends.
const fromExpiry = "expiry"

// renumber gives the licence another number; the old one stays as replaced.
func (r *Room) renumber(ctx context.Context, tx db.Tx, g grant, old Licence, v Version) (string, error) {
	g.call.With = withKind(g.call.With, old.Kind)
	t, err := r.number(ctx, tx, g)
	if err != nil {
		return "", err
	}
	v.Number = 1
	l := g.fresh(t, v)
	l.identity = r.identity(g, t)
	l.Replaces, l.Listed, l.Town, l.Status = old.Number, old.Listed, cmp.Or(l.Town, old.Town), old.Status
	if err := insert(ctx, tx, l, t); err != nil {
		return "", fmt.Errorf("keep licence %s: %w", l.Number, err)
	}
	return l.Number, end(ctx, tx, old.Number, Replaced, "", g.at, g.after.ID, l.Number)
}

// withKind counts the number in the series of the licence's own kind.
func withKind(with map[string]string, kind string) map[string]string {
	out := maps.Clone(with)
	out["kind"] = kind
	return out
}

// take finds the licence that the case speaks of and holds it until the act is
// written: of two acts at once, the second finds it as the first has left it.
func (r *Room) take(ctx context.Context, tx db.Tx, g grant, act Act) (Licence, error) {
	number := g.named()
	if number == "" {
		return Licence{}, refuse("没有填证照编号。填上编号再办。")
	}
	l, ok, err := hold(ctx, tx, number)
	if err != nil {
		return l, fmt.Errorf("find licence %s: %w", number, err)
	}
	if !ok && g.call.With["unknown"] != "" && cn.USCC(number).Level != cn.Error && number == cn.Code(text(g.after, g.it.Flow.Subject)) {
		return Licence{}, nil // issued before there was this platform; see adopt
	}
	if !ok || !l.belongs(g.after, g.it) {
		// One answer for both, so that numbers, which can be guessed, tell nothing.
		return l, refuse("没有编号为 %s 的证照，或者它不是这个单位的。对照证照核对编号和统一社会信用代码。", number)
	}
	if kinds := strings.Fields(g.call.With["kind"]); !slices.Contains(kinds, l.Kind) {
		return l, refuse("编号 %s 是“%s”，不能在这里办。核对编号，或者换到对应的事项。", number, l.Title)
	}
	return l, l.open(act, filedAt(g.after, g.at), g.after)
}

// belongs tells whether a licence is that of the case's unit: by its code, or
// by name where the holder has no code.
func (l Licence) belongs(s casework.State, it *item.Item) bool {
	if l.USCC != "" {
		return l.USCC == cn.Code(text(s, it.Flow.Subject))
	}
	return l.Unit != "" && cn.SameUnitName(l.Unit, text(s, it.Flow.Title))
}

// named is the number that the case speaks of: in a field, or among its own
// results.
func (g grant) named() string {
	key := g.call.With["licence"]
	if result, ok := strings.CutPrefix(key, "results."); ok {
		return cn.Code(g.after.Results[result])
	}
	return cn.Code(g.text(key))
}

// open tells whether an act can still be done on a licence.
func (l Licence) open(act Act, filed time.Time, s casework.State) error {
	ends := act == ActCancel || act == ActRevoke
	switch {
	case l.Status == Replaced:
		return refuse("编号 %s 的证照已经换发，新编号是 %s。用新编号再办。", l.Number, l.Replaced)
	case l.Status == Cancelled:
		return refuse("编号 %s 的证照已经注销，不能再办。需要的，重新申请。", l.Number)
	case l.Status == Revoked:
		return refuse("编号 %s 的证照已经被撤销，不能再办。需要的，重新申请。", l.Number)
	case l.Status == Struck && act != ActCancel: // the formalities of 注销 come after 吊销 (行政许可法 70)
		return refuse("编号 %s 的证照已经被吊销，不能再办。", l.Number)
	case act == ActResume && l.Status != Suspended:
		return refuse("编号 %s 的证照没有停用，不用启用。核对编号。", l.Number)
	case act == ActSuspend && l.Status == Suspended:
		return refuse("编号 %s 的证照已经停用，不用再办。", l.Number)
	case !ends && standing(l.Status, l.Until, filed) == Expired:
		// Who has filed in time does not lose by how long the office takes (许可法 50).
		return refuse("编号 %s 的证照到 %s 有效期已满，不能再办。重新申请一份。", l.Number, day(l.Last()))
	case !ends && act != ActCorrect && l.Case != s.ID && s.Submitted != nil && l.Made.After(s.Submitted.At):
		return refuse("编号 %s 的证照在这件申请提交之后又有变动（%s）。退回申请人，对照新的内容核对后再提交。", l.Number, day(l.Made))
	}
	return nil
}

// filedAt is when the case was handed in: first accepted for handling, or last
// submitted, or not yet.
func filedAt(s casework.State, now time.Time) time.Time {
	switch {
	case !s.ClockStart.IsZero():
		return s.ClockStart
	case s.Submitted != nil:
		return s.Submitted.At
	}
	return now
}

// reason is what the act says of why: in a field, from its catalogue of
// reasons, or in words.
func (g grant) reason() string {
	if field := g.call.With["reason"]; field != "" {
		return strings.TrimSpace(g.text(field))
	}
	if listed, _ := g.env["reasons"].(string); g.event.Data.Return != nil && listed != "" {
		return listed
	}
	return strings.TrimSpace(g.event.Data.Reason)
}

func refuse(text string, args ...any) error {
	return &casework.Refusal{Code: casework.CodeFinding, Text: text, Args: args}
}
