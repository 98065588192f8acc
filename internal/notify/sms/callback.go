package sms

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"io"
	"net/http"
)

// maxPush bounds the body of a push of reports.
const maxPush = 1 << 20

// Accept takes one report. It must be idempotent; its error makes the provider push the whole batch again.
type Accept func(ctx context.Context, r Report) error

// AliyunReports answers Aliyun's pushes. Mount it as "POST /…/{secret}": a push whose path value "secret" is not the
// configured one finds nothing there. The secret must be long and random; an empty one closes the door.
func AliyunReports(secret string, accept Accept) http.Handler {
	return reports{secret, ParseAliyunReports, accept, `{"code":0,"msg":"接收成功"}`, `{"code":1,"msg":"未能接收"}`}
}

// TencentReports answers Tencent's pushes, as AliyunReports does.
func TencentReports(secret string, accept Accept) http.Handler {
	return reports{secret, ParseTencentReports, accept, `{"result":0,"errmsg":"OK"}`, `{"result":1,"errmsg":"未能接收"}`}
}

type reports struct {
	secret         string
	parse          func([]byte) ([]Report, int, error)
	accept         Accept
	taken, refused string
}

func (h reports) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// Hashing first makes the comparison blind to lengths too.
	got, want := sha256.Sum256([]byte(r.PathValue("secret"))), sha256.Sum256([]byte(h.secret))
	if h.secret == "" || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPush))
	if err != nil {
		h.answer(w, http.StatusBadRequest, h.refused)
		return
	}
	list, _, err := h.parse(body)
	if err != nil {
		h.answer(w, http.StatusBadRequest, h.refused)
		return
	}
	for _, report := range list {
		if err := h.accept(r.Context(), report); err != nil {
			h.answer(w, http.StatusServiceUnavailable, h.refused)
			return
		}
	}
	h.answer(w, http.StatusOK, h.taken)
}

func (h reports) answer(w http.ResponseWriter, status int, body string) {
	w.WriteHeader(status)
	io.WriteString(w, body)
}
