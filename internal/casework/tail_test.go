package casework_test

import (
	"context"
	"strings"
	"testing"

	"wangban/internal/casework"
	"wangban/internal/db"
	"wangban/internal/db/dbtest"
	"wangban/internal/item"
)

// What others tell of an act is said at the end of the act's own message to the
// same person where that can be sent, and otherwise stands alone.
func TestTail(t *testing.T) {
	for _, c := range []struct {
		name   string
		joins  bool
		change func(*casework.Message)
		alone  bool
	}{
		{"it fits", true, nil, false},
		{"it does not fit, or no carrier knows it", false, nil, true},
		{"it stands alone", true, func(m *casework.Message) { m.Tail = nil }, true},
		{"another's number", true, func(m *casework.Message) { m.To = "13900000000" }, true},
		{"another party", true, func(m *casework.Message) { m.Party = "rep" }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := openDoor(t, dbtest.SQLite(t, casework.Migrations))
			id, agent := d.asAgent(t, "first", "15912345671")
			d.do(t, id, "submit", agent, casework.Data{})
			d.sign(t, id)
			asked := ""
			d.Joining(func(template, text string) bool { asked = template + " " + text; return c.joins })
			d.Informing(func(_ context.Context, _ *item.Item, _, s casework.State, e casework.Event) ([]casework.Message, func(context.Context, db.Tx) error, error) {
				m := casework.Message{Template: "more", Party: "agent", To: "15912345671", Text: "另一条。", Tail: &casework.Tail{Text: "见 https://x 。", Params: map[string]string{"more_url": "https://x"}}}
				if c.change != nil {
					c.change(&m)
				}
				return []casework.Message{m}, nil, nil
			})
			d.sent = nil
			d.do(t, id, "claim", reviewer, casework.Data{})
			if len(d.sent) != 1 || d.sent[0].Template != "more" { // this act tells nobody anything itself
				t.Errorf("sent %+v", d.sent)
			}
			d.sent = nil
			s, it, err := d.Get(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			stage, _ := it.Flow.Stage(s.Stage)
			d.do(t, id, "approve", reviewer, casework.Data{Judgements: allRight(casework.ToJudge(it, stage, s))})
			alone, joined := 0, 0
			for _, m := range d.sent {
				switch {
				case m.Template == "more":
					alone++
				case strings.HasSuffix(m.Template, "_more"):
					joined++
					if !strings.HasSuffix(m.Text, "见 https://x 。") || m.Params["more_url"] != "https://x" || len(m.Params) < 2 || m.To != "15912345671" || m.Template+" "+m.Text != asked {
						t.Errorf("%+v", m)
					}
				}
			}
			if want := map[bool][2]int{true: {1, 0}, false: {0, 1}}[c.alone]; [2]int{alone, joined} != want {
				t.Errorf("%d alone, %d joined: %+v", alone, joined, d.sent)
			}
		})
	}
}
