package portal

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"wangban/internal/casework"
	"wangban/internal/form"
	"wangban/internal/ledger"
	"wangban/internal/web"
)

// logPage shows what the public log is and how it stands.
func (p *Portal) logPage(w http.ResponseWriter, r *http.Request) {
	s, err := p.Log.Standing(r.Context())
	if err != nil {
		panic(err)
	}
	web.Render(w, r, http.StatusOK, logPage(s))
}

// public marks what anybody's programs may read, and keep as long as it stays
// true.
func public(w http.ResponseWriter, kind, cache string) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", cache)
	h.Set("Access-Control-Allow-Origin", "*")
}

const (
	plainText = "text/plain; charset=utf-8"
	shortly   = "public, max-age=1"
	forever   = "public, max-age=31536000, immutable"
)

// logKey is the log's public key.
func (p *Portal) logKey(w http.ResponseWriter, r *http.Request) {
	key, err := p.Log.Verifier(r.Context())
	if err != nil {
		panic(err)
	}
	public(w, plainText, "public, max-age=3600")
	_, _ = io.WriteString(w, key+"\n")
}

// checkpoint is the newest one (c2sp.org/tlog-tiles).
func (p *Portal) checkpoint(w http.ResponseWriter, r *http.Request) {
	signed, err := p.Log.Newest(r.Context())
	if errors.Is(err, ledger.ErrNoFile) {
		noLogFile(w)
		return
	}
	if err != nil {
		panic(err)
	}
	public(w, plainText, shortly)
	_, _ = io.WriteString(w, signed)
}

// tile is a part of the tree, or some of its entries. What it holds never
// changes, a partial one neither.
func (p *Portal) tile(w http.ResponseWriter, r *http.Request) {
	content, err := p.Log.Tile(r.Context(), r.PathValue("path"))
	if errors.Is(err, ledger.ErrNoFile) {
		noLogFile(w)
		return
	}
	if err != nil {
		panic(err)
	}
	public(w, "application/octet-stream", forever)
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	_, _ = w.Write(content)
}

// noLogFile answers programs: a page would be of no use to them.
func noLogFile(w http.ResponseWriter) {
	public(w, plainText, shortly)
	w.WriteHeader(http.StatusNotFound)
	_, _ = io.WriteString(w, "not in the log, or not yet\n")
}

// checkView is a receipt that somebody has handed in, and what it proves.
type checkView struct {
	Typed    string
	Problems []form.Problem
	Checked  bool
	Proven   *ledger.Proven
	Ours     bool // signed with the key of this installation
	Held     bool // and this installation's log still holds it
	Paper    carrier
	Words    map[string]string
}

// carrier is what there is to say about the file that a receipt came in.
type carrier string

const (
	noPaper     carrier = ""
	sealedPaper carrier = "sealed" // by this installation, and unchanged
	otherPaper  carrier = "other"  // changed since, or sealed by somebody else
)

func (p *Portal) askReceipt(w http.ResponseWriter, r *http.Request) {
	web.Render(w, r, http.StatusOK, checkPage(checkView{}))
}

// checkReceipt verifies a receipt, uploaded or pasted. Nothing is kept.
func (p *Portal) checkReceipt(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, ledger.MaxPaper+ledger.MaxReceipt)
	forget, ok := web.ReadUpload(w, r)
	if !ok {
		return
	}
	defer forget()
	v := checkView{Typed: r.PostFormValue("receipt")}
	file := []byte(strings.TrimSpace(v.Typed))
	field := "receipt"
	if uploaded, _, err := r.FormFile("file"); err == nil {
		content, readErr := io.ReadAll(uploaded)
		_ = uploaded.Close()
		if readErr == nil && len(content) > 0 {
			file, field = content, "file"
		}
	}
	if err := p.prove(r.Context(), &v, file); err != nil {
		if !slices.ContainsFunc(notProven, func(known error) bool { return errors.Is(err, known) }) {
			panic(err)
		}
		v.Problems = []form.Problem{{Field: field, Text: err.Error()}}
		if len(v.Typed) > ledger.MaxReceipt {
			v.Typed = ""
		}
		web.Render(w, r, http.StatusUnprocessableEntity, checkPage(v))
		return
	}
	web.Render(w, r, http.StatusOK, checkPage(v))
}

// notProven is why a receipt proves nothing.
var notProven = []error{errNoReceipt, ledger.ErrReceipt, ledger.ErrNoReceipt, ledger.ErrForged, ledger.ErrLogKey, ledger.ErrCheckpoint}

var errNoReceipt = errors.New("选一份回执文件，或者把 JSON 回执的文字贴进来。")

func (p *Portal) prove(ctx context.Context, v *checkView, file []byte) error {
	if len(file) == 0 {
		return errNoReceipt
	}
	receipt, err := ledger.ReadFile(file)
	if err != nil {
		return err
	}
	own, err := p.Log.Verifier(ctx)
	if err != nil {
		return err
	}
	proven, err := receipt.Check(own)
	v.Ours = err == nil
	if errors.Is(err, ledger.ErrLogKey) {
		proven, err = receipt.Check("") // of another log: sound in itself at best
	}
	if err != nil {
		return err
	}
	if v.Ours {
		if v.Held, err = p.Log.Holds(ctx, proven); err != nil {
			return err
		}
	}
	if ledger.IsPDF(file) {
		v.Paper = otherPaper
		if p.SealedHere(file) {
			v.Paper = sealedPaper
		}
	}
	v.Checked, v.Proven = true, &proven
	v.Words = p.headerWords(proven.Header)
	return nil
}

// headerWords are how this installation calls what a header says in codes; of
// an item that it does not know, the codes stay.
func (p *Portal) headerWords(h casework.Header) map[string]string {
	words := map[string]string{"item": h.Item, "act": h.Act, "from": h.From, "to": h.To, "by": actorWords[h.By]}
	it, ok := p.Items.Get(h.Item)
	if !ok {
		return words
	}
	words["item"] = it.Guide.Title
	if past := pastOf(it, casework.Event{Act: h.Act, From: h.From, To: h.To}); past != "" {
		words["act"] = past
	}
	for _, end := range []string{"from", "to"} {
		if stage, ok := it.Flow.Stage(words[end]); ok {
			words[end] = stage.Label
		}
	}
	return words
}

func provenFacts(ctx context.Context, v checkView) []web.Fact {
	h := v.Proven.Header
	say := func(key string) string { return web.T(ctx, v.Words[key]) }
	return []web.Fact{
		{Label: web.T(ctx, "办件编号"), Value: h.Number},
		{Label: web.T(ctx, "事项"), Value: say("item")},
		{Label: web.T(ctx, "办理的事"), Value: say("act")},
		{Label: web.T(ctx, "由谁办理"), Value: say("by")},
		{Label: web.T(ctx, "记录时间"), Value: web.Moment(ctx, h.Time())},
		{Label: web.T(ctx, "办理前"), Value: say("from")},
		{Label: web.T(ctx, "办理后"), Value: say("to")},
		{Label: web.T(ctx, "日志"), Value: v.Proven.Checkpoint.Origin},
		{Label: web.T(ctx, "第几条"), Value: web.Tf(ctx, "第 %d 条，检查点共 %d 条", v.Proven.Index+1, v.Proven.Checkpoint.Size)},
	}
}
