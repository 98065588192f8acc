package desk

import (
	"net/http"
	"strings"

	"wangban/internal/licence"
	"wangban/internal/web"
)

// licenceView is a licence as staff see it: every version with the case that
// made it, and why it was corrected or ended.
type licenceView struct {
	Number  string // as typed
	Asked   bool
	Found   *licence.Licence
	Problem string
}

// licence looks a licence up by its number. What the licence says is public; the
// cases it leads to are shown to whom they concern.
func (d *Desk) licence(w http.ResponseWriter, r *http.Request) {
	v := licenceView{Number: strings.TrimSpace(r.URL.Query().Get("number")), Asked: r.URL.Query().Has("number")}
	status := http.StatusOK
	switch {
	case v.Asked && v.Number == "":
		v.Problem, status = "填证照编号。", http.StatusUnprocessableEntity
	case v.Asked:
		l, ok, err := d.Licence(r.Context(), v.Number)
		if err != nil {
			panic(err)
		}
		if ok {
			v.Found = &l
		} else {
			status = http.StatusNotFound
		}
	}
	web.Render(w, r, status, licencePage(v))
}
