package signpages

import (
	"net/http"
	"unicode/utf8"

	"wangban/internal/form"
	"wangban/internal/item"
	"wangban/internal/signing"
	"wangban/internal/web"
)

// maxNote is the longest note of a refusal, in characters.
const maxNote = 500

// refusing finds the invitation for refusing, which the number alone allows
// (T10).
func (p *Pages) refusing(w http.ResponseWriter, r *http.Request) (view, bool) {
	v, ok := p.look(w, r)
	if ok && v.Step == signing.StepCode {
		onward(w, r)
		return v, false
	}
	return v, ok
}

func (p *Pages) askRefusal(w http.ResponseWriter, r *http.Request) {
	if v, ok := p.refusing(w, r); ok {
		web.Render(w, r, http.StatusOK, refusePage(v))
	}
}

// refuse asks once more, then refuses.
func (p *Pages) refuse(w http.ResponseWriter, r *http.Request) {
	in := typed{Note: r.PostFormValue("note"), Reasons: r.PostForm["reason"]}
	key := r.PostFormValue("key")
	if r.PostFormValue("confirm") == "" || utf8.RuneCountInString(in.Note) > maxNote {
		if v, ok := p.refusing(w, r); ok {
			v.Typed = in
			p.confirmRefusal(w, r, v)
		}
		return
	}
	_, err := p.Signing.Refuse(r.Context(), token(r), visitor(r), key, in.Reasons, in.Note)
	if err == nil {
		onward(w, r)
		return
	}
	if v, ok := p.stay(w, r, err); ok {
		status, why := p.turnedDown(r, err)
		v.Problem, v.Typed = why, in
		web.Render(w, r, status, refusePage(v))
	}
}

func (p *Pages) confirmRefusal(w http.ResponseWriter, r *http.Request, v view) {
	switch {
	case utf8.RuneCountInString(v.Typed.Note) > maxNote:
		v.Problem = form.Problem{Field: "note", Text: web.Tf(r.Context(), "说明最多 %d 个字，删减后再提交。", maxNote)}
		web.Render(w, r, http.StatusUnprocessableEntity, refusePage(v))
	case r.PostFormValue("back") != "":
		web.Render(w, r, http.StatusOK, refusePage(v))
	default:
		web.Render(w, r, http.StatusOK, confirmPage(v))
	}
}

// reasons are the item's reasons for refusing.
func reasons(v view) []item.Reason {
	stage, _ := v.Item.Flow.Stage(v.State.Stage)
	act, _ := stage.Act("refuse")
	return v.Item.Flow.Reasons[act.Reason]
}
