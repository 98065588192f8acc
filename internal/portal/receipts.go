package portal

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/item"
	"wangban/internal/ledger"
	"wangban/internal/web"
)

// receiptView is a receipt (回执) the applicant can download.
type receiptView struct {
	Title string
	Event casework.Event
	Open  casework.Opening
	URL   string // without the ending that says the kind
}

// ReceiptPaper is what a receipt as a document says in words, beside what it
// proves. It is Chinese, as documents are.
type ReceiptPaper struct {
	Receipt                         ledger.Receipt
	Proven                          ledger.Proven
	Item, Number, Act, By, From, To string
}

// receipts are the moments of a case that its applicant gets a receipt for:
// each handing in, and each result.
func receipts(it *item.Item, events []casework.Event) (out []receiptView) {
	var s casework.State
	for _, e := range events {
		s = casework.Apply(s, e)
		from, _ := it.Flow.Stage(e.From)
		to, _ := it.Flow.Stage(e.To)
		act, _ := from.Act(e.Act)
		result := e.From != e.To && (to.End == item.EndSuccess || to.End == item.EndFailure)
		if !act.Complete && !result {
			continue
		}
		v := receiptView{Title: pastOf(it, e), Event: e, Open: e.Open(s), URL: "/cases/" + e.Case + "/receipts/" + strconv.Itoa(e.Seq)}
		if v.Title == "" {
			v.Title = to.Label
		}
		out = append(out, v)
	}
	return out
}

// receipt sends one of the visitor's own case: as JSON, or as a PDF that holds
// the JSON.
func (p *Portal) receipt(w http.ResponseWriter, r *http.Request) {
	s, it, ok := p.own(w, r)
	if !ok {
		return
	}
	ctx := r.Context()
	events, err := p.Door.History(ctx, s.ID)
	if err != nil {
		panic(err)
	}
	seq, kind, _ := strings.Cut(r.PathValue("n"), ".")
	for _, v := range receipts(it, events) {
		if strconv.Itoa(v.Event.Seq) == seq && (kind == "json" || kind == "pdf") {
			p.sendReceipt(w, r, v, it, s, kind)
			return
		}
	}
	web.NotFound(w, r)
}

func (p *Portal) sendReceipt(w http.ResponseWriter, r *http.Request, v receiptView, it *item.Item, s casework.State, kind string) {
	ctx := r.Context()
	made, err := p.Log.Receipt(ctx, v.Open)
	if errors.Is(err, ledger.ErrPending) {
		w.Header().Set("Retry-After", "2")
		w.Header().Set("Refresh", "2") // works without a script; nothing is being typed here
		web.Render(w, r, http.StatusAccepted, receiptPending("/cases/"+s.ID))
		return
	}
	if err != nil {
		panic(err)
	}
	content, mediaType := made.JSON(), "application/json"
	if kind == "pdf" {
		mediaType = "application/pdf"
		if content, err = p.receiptPDF(ctx, v, it, made); err != nil {
			panic(err)
		}
	}
	name := "receipt-" + s.Number + "-" + strconv.Itoa(v.Event.Seq) + "." + kind
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	_, _ = w.Write(content)
}

func (p *Portal) receiptPDF(ctx context.Context, v receiptView, it *item.Item, made ledger.Receipt) ([]byte, error) {
	proven, err := made.Check("") // what we hand out is held against itself first
	if err != nil {
		return nil, err
	}
	from, _ := it.Flow.Stage(v.Event.From)
	to, _ := it.Flow.Stage(v.Event.To)
	return p.ReceiptPDF(ctx, ReceiptPaper{Receipt: made, Proven: proven, Item: it.Guide.Title, Number: v.Open.Header.Number,
		Act: v.Title, By: actorWords[v.Open.Header.By], From: from.Label, To: to.Label})
}

// actorWords are how a receipt says who acted: by kind, never by name.
var actorWords = map[casework.Kind]string{
	casework.Applicant: "申请人", casework.Signer: "签名人", casework.Staff: "工作人员", casework.System: "系统按时限办理",
}
