package web

import (
	"context"
	"io"
	"mime"
	"net/http"
	"strconv"

	"wangban/internal/form"
)

// OpenFile reads a stored file by its hash and tells its size.
type OpenFile func(ctx context.Context, hash string) (io.ReadCloser, int64, error)

// ServeFile answers with the file of an answer that the path's {n} counts: its
// safe copy for view=…, else the original as a download. Originals are never
// shown inline: they are as they were handed in.
func ServeFile(w http.ResponseWriter, r *http.Request, open OpenFile, answer any) {
	files, _ := answer.([]form.File)
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 0 || n >= len(files) {
		NotFound(w, r)
		return
	}
	f := files[n]
	if r.URL.Query().Get("view") != "" && f.View != "" {
		SendFile(w, r, open, form.File{Hash: f.View, Type: "image/jpeg"})
		return
	}
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	SendFile(w, r, open, f)
}

// SendFile writes a stored file as it is.
func SendFile(w http.ResponseWriter, r *http.Request, open OpenFile, f form.File) {
	content, size, err := open(r.Context(), f.Hash)
	if err != nil {
		panic(err)
	}
	defer func() { _ = content.Close() }()
	w.Header().Set("Content-Type", f.Type)
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	w.Header().Set("Cache-Control", "private, max-age=600")
	_, _ = io.Copy(w, content)
}
