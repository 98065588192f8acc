package account

import "context"

// Recent tells whether a session's person has proven lately who they are. What
// changes the ways to log in asks for that: a browser left open must not let
// the next one in for good.
func (r *Room) Recent(s Session) bool {
	return s.Person != "" && r.now().Sub(s.Entered) <= r.limits.Recent
}

// confirmPurpose ties a code to the session whose person confirms to be there.
func confirmPurpose(session string) string { return "confirm:" + session }

// SendConfirmCode sends the code with which a person who is logged in proves
// once more who they are.
func (r *Room) SendConfirmCode(ctx context.Context, s Session) (mobile string, err error) {
	mobile, err = r.pendingMobile(ctx, Session{Pending: "person:" + s.Person})
	if err != nil {
		return "", err
	}
	return mobile, r.Send(ctx, mobile, confirmPurpose(s.ID))
}

// Confirm takes that code. The session goes on under a new cookie.
func (r *Room) Confirm(ctx context.Context, s Session, code string) (cookie string, err error) {
	mobile, err := r.pendingMobile(ctx, Session{Pending: "person:" + s.Person})
	if err != nil {
		return "", err
	}
	if err := r.Check(ctx, mobile, confirmPurpose(s.ID), code); err != nil {
		return "", err
	}
	return r.LetIn(ctx, s.ID, "person", s.Person)
}
