package licence

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"slices"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/cn"
	"wangban/internal/db"
	"wangban/internal/form"
	"wangban/internal/item"
)

// lastSequence is the end of a series: numbers have six digits for it.
const lastSequence = 999_999

// Issue is the effect licence.issue. The flow tells what to issue:
//
//	licence.issue: {kind: food, number: food, document: certificate, public: food.mode}
//
// kind is the series that is counted, number the expression of the flow's
// numbers, document what is made as PDF (none: a number only), public the
// fields that anyone may see who verifies the licence, parted by spaces.
//
// The number is taken in the act's transaction: an act that fails leaves no
// gap. The PDF is not made here, because that would hold up every other act;
// see PDF.
func (r *Room) Issue(ctx context.Context, tx db.Tx, call casework.Call, _, after casework.State, e casework.Event) (map[string]string, error) {
	it, ok := r.Items.Version(after.Hash)
	if !ok {
		return nil, fmt.Errorf("issue a licence: the item version of case %s is not in the library", after.ID)
	}
	expression, ok := it.Flow.Numbers[call.With["number"]]
	if !ok {
		return nil, fmt.Errorf("issue a licence: item %s has no numbers %q", it.Name, call.With["number"])
	}
	s := series{kind: call.With["kind"], region: r.Region()}
	year := e.At.In(form.Shanghai).Year()
	if slices.Contains(expression.Refs(), "year") {
		s.year = year // counted anew each year
	}
	sequence, err := next(ctx, tx, s)
	if err != nil {
		return nil, fmt.Errorf("take a number of %s: %w", s.kind, err)
	}
	if sequence > lastSequence {
		return nil, &casework.Refusal{Code: casework.CodeFinding, Text: "这类编号的六位顺序号已经用完，发不出新编号。联系系统管理员调整编号规则后再办。"}
	}
	env := casework.Env(casework.House{}, it, after)
	env["region"], env["sequence"], env["year"] = s.region, fmt.Sprintf("%06d", sequence), fmt.Sprintf("%04d", year)
	number, err := expression.Text(env)
	if err != nil {
		return nil, fmt.Errorf("number %q of item %s: %w", call.With["number"], it.Name, err)
	}
	l := Licence{
		Public: Public{Number: cn.Code(number), Title: it.Guide.Result.Name, Unit: text(after, it.Flow.Title), USCC: cn.Code(text(after, it.Flow.Subject)),
			Facts: facts(it, after, call.With["public"]), Status: Valid, Issued: e.At},
		Kind: s.kind, Item: it.Name, Case: after.ID, Document: call.With["document"], Code: newCode(),
	}
	if err := insert(ctx, tx, l, s, sequence); err != nil {
		return nil, fmt.Errorf("keep licence %s: %w", l.Number, err)
	}
	return map[string]string{"licence": l.Number}, nil
}

// CheckIssue looks at what an item tells licence.issue.
func CheckIssue(s *item.Settings) {
	s.Keys("kind", "number", "document", "public")
	s.Need("kind", "number")
	s.Number("number")
	s.Document("document")
	s.Fields("public")
}

func text(s casework.State, field string) string {
	v, _ := s.Values[field].(string)
	return v
}

// facts are the answers that the flow makes public; what identifies a person
// is covered even so.
func facts(it *item.Item, s casework.State, fields string) []Fact {
	out := []Fact{}
	for id := range strings.FieldsSeq(fields) {
		f, ok := it.Form.Field(id)
		if v := form.Show(f, s.Values[id], form.Context{}, true, nil); ok && v != "" {
			out = append(out, Fact{f.Label, v})
		}
	}
	return out
}

var encoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz")

// newCode is what makes the address in a licence's QR code unguessable.
func newCode() string {
	b := make([]byte, 10)
	_, _ = rand.Read(b)
	return encoding.EncodeToString(b)
}
