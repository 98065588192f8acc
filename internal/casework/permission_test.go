package casework_test

import (
	"testing"

	"wangban/internal/casework"
)

// Whom a case waits for: an applicant who takes it over from an officer or from
// a kiosk, once, and only while it is being filled in there.
func TestOffered(t *testing.T) {
	helper := &casework.Officer{ID: "sun"}
	for name, c := range map[string]struct {
		s    casework.State
		want bool
	}{
		"begun by an officer":       {casework.State{Helper: helper, Owner: casework.HelperOwner("sun")}, true},
		"taken over from them":      {casework.State{Helper: helper, Owner: "owner"}, false},
		"begun at home":             {casework.State{Channel: "web", Owner: "owner"}, false},
		"begun at a kiosk":          {casework.State{Channel: casework.ChannelKiosk, Owner: "device"}, true},
		"taken over from the kiosk": {casework.State{Channel: casework.ChannelKiosk, Owner: "phone", Done: map[string]int{casework.ActTakeOver: 1}}, false},
		"handed in at the kiosk":    {casework.State{Channel: casework.ChannelKiosk, Owner: "device", Submitted: &casework.Snapshot{}}, false},
	} {
		if casework.Offered(c.s) != c.want {
			t.Errorf("%s: offered %t", name, !c.want)
		}
	}
}
