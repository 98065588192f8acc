package portal

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"wangban/internal/form"
	"wangban/internal/licence"
	"wangban/internal/web"
)

// licenceListView is the public list of licences (公示), narrowed.
type licenceListView struct {
	Query  licence.Query
	Kinds  []licence.Kind
	Towns  []form.Option
	Found  []licence.Public
	Next   string // address of the next page
	CSV    string
	Narrow bool
}

// listPage is how many licences one page shows.
const listPage = 30

func licenceQuery(r *http.Request) licence.Query {
	q := r.URL.Query()
	return licence.Query{Text: form.Short(strings.TrimSpace(q.Get("q")), 100), Kind: q.Get("kind"), Town: q.Get("town"), Status: licence.Status(q.Get("status")), After: q.Get("after")}
}

// licenceList shows the list.
func (p *Portal) licenceList(w http.ResponseWriter, r *http.Request) {
	v := licenceListView{Query: licenceQuery(r), Kinds: p.Licences.Kinds(), Towns: towns(p.House())}
	v.Query.Limit = listPage
	v.Narrow = v.Query.Text != "" || v.Query.Kind != "" || v.Query.Town != "" || v.Query.Status != ""
	var after string
	var err error
	if v.Found, after, err = p.Licences.List(r.Context(), v.Query); err != nil {
		panic(err)
	}
	narrowed := url.Values{}
	for name, value := range map[string]string{"q": v.Query.Text, "kind": v.Query.Kind, "town": v.Query.Town, "status": string(v.Query.Status)} {
		if value != "" {
			narrowed.Set(name, value)
		}
	}
	v.CSV = "/licences/all.csv?" + narrowed.Encode()
	if after != "" {
		narrowed.Set("after", after)
		v.Next = "/licences/all?" + narrowed.Encode()
	}
	web.Render(w, r, http.StatusOK, licenceListPage(v))
}

// licenceCSV is the same list for a spreadsheet, of at most licence.MostListed
// rows.
func (p *Portal) licenceCSV(w http.ResponseWriter, r *http.Request) {
	q := licenceQuery(r)
	q.Limit, q.After = licence.MostListed, ""
	found, _, err := p.Licences.List(r.Context(), q)
	if err != nil {
		panic(err)
	}
	ctx := r.Context()
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="licences.csv"`)
	_, _ = w.Write([]byte("\xef\xbb\xbf")) // spreadsheets take it for UTF-8
	out := csv.NewWriter(w)
	row := func(cells ...string) {
		for i, c := range cells {
			cells[i] = plainCell(c)
		}
		_ = out.Write(cells) // a client that has gone cannot be told
	}
	row(web.T(ctx, "证照编号"), web.T(ctx, "证照名称"), web.T(ctx, "持证单位"), web.T(ctx, "统一社会信用代码"), web.T(ctx, "乡镇"), web.T(ctx, "首次发证"), web.T(ctx, "有效期至"), web.T(ctx, "状态"))
	towns := p.House().Towns
	for _, l := range found {
		last := web.T(ctx, "长期有效")
		switch {
		case !l.Ended.IsZero():
			last = web.Date(ctx, l.Ended)
		case !l.Until.IsZero():
			last = web.Date(ctx, l.Last())
		}
		row(l.Number, web.T(ctx, l.Title), l.Unit, l.USCC, web.T(ctx, towns[l.Town].Name), web.Date(ctx, l.Issued), last, web.T(ctx, l.Status.Label()))
	}
	out.Flush()
}

// plainCell keeps a spreadsheet from taking a name for a formula. Some take the
// full-width signs for the plain ones.
func plainCell(s string) string {
	if first, n := utf8.DecodeRuneInString(s); n > 0 && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + s
	}
	return s
}
