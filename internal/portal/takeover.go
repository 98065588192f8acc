package portal

import (
	"errors"
	"net/http"

	"wangban/internal/account"
	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/web"
)

// takeoverView is the page behind the QR code of an assisted case (帮办, R-027),
// or of one that goes on from a kiosk at the phone: who has begun it, and that
// it is the applicant's from here on.
type takeoverView struct {
	Token, Key string
	State      casework.State
	Item       *item.Item
	Helper     casework.Officer
	Unit       string
}

// offeredCase reads the case of a link. It changes nothing; where the link no
// longer works, it answers and returns false.
func (p *Portal) offeredCase(w http.ResponseWriter, r *http.Request) (takeoverView, bool) {
	v := takeoverView{Token: r.PathValue("token"), Key: web.NewKey()}
	id, err := p.Accounts.Takeover(r.Context(), v.Token)
	var over *account.Refusal
	if errors.As(err, &over) {
		web.Fail(w, r, http.StatusGone, over.Text, over.Args...)
		return v, false
	}
	if err != nil {
		panic(err)
	}
	if v.State, v.Item, err = p.Door.Get(r.Context(), id); err != nil {
		refused(w, r, err)
		return v, false
	}
	web.Speak(r.Context(), v.Item.English)
	if !casework.Offered(v.State) {
		takenOver(w, r)
		return v, false
	}
	if v.State.Helper != nil {
		v.Helper, v.Unit = *v.State.Helper, p.Unit(v.State.Helper.Unit)
	}
	return v, true
}

func takenOver(w http.ResponseWriter, r *http.Request) {
	web.Fail(w, r, http.StatusGone, "这件申请已经有人接手。是你自己接手的，在原来的手机上接着办，或者从“办件查询”凭验证码打开；不是你，马上告诉工作人员。")
}

// askTakeover explains what taking over means.
func (p *Portal) askTakeover(w http.ResponseWriter, r *http.Request) {
	if v, ok := p.offeredCase(w, r); ok {
		web.Render(w, r, http.StatusOK, takeoverPage(v))
	}
}

// takeOver makes the visitor the case's applicant. Of two who try at once one
// wins: the act is done on the case as it was offered.
func (p *Portal) takeOver(w http.ResponseWriter, r *http.Request) {
	v, ok := p.offeredCase(w, r)
	if !ok {
		return
	}
	ctx := r.Context()
	a := actor(r)
	if a.Kind == casework.Staff {
		web.Fail(w, r, http.StatusForbidden, "你登录着工作台，不能替申请人接手。让申请人用自己的手机扫码。")
		return
	}
	_, err := p.Door.Do(ctx, v.State.ID, casework.Input{Act: casework.ActTakeOver, Key: r.PostFormValue("key"), Actor: a,
		Expect: v.State.Version, Data: casework.Data{Owner: a.ID}})
	var refusal *casework.Refusal
	switch {
	case errors.As(err, &refusal) && (refusal.Code == casework.CodeStale || refusal.Code == casework.CodeStage):
		p.stillOffered(w, r, v)
		return
	case err != nil:
		refused(w, r, err)
		return
	}
	if err := p.Accounts.UseTakeover(ctx, v.Token, a.Session, v.State.ID); err != nil {
		panic(err)
	}
	http.Redirect(w, r, "/cases/"+v.State.ID+"/tasks", http.StatusSeeOther)
}

// stillOffered asks again when the officer has filled in something in the same
// moment, and says so when somebody else was faster.
func (p *Portal) stillOffered(w http.ResponseWriter, r *http.Request, was takeoverView) {
	if v, ok := p.offeredCase(w, r); ok {
		v.Key = was.Key
		web.Render(w, r, http.StatusConflict, takeoverPage(v))
	}
}
