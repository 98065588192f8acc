package web

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"

	"wangban/internal/blob"
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
	if errors.Is(err, blob.ErrNotFound) {
		w.Header().Del("Content-Disposition")
		Fail(w, r, http.StatusNotFound, "这个文件已经按规定删除。")
		return
	}
	if err != nil {
		panic(err)
	}
	defer func() { _ = content.Close() }()
	w.Header().Set("Content-Type", f.Type)
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	w.Header().Set("Cache-Control", "private, max-age=600")
	_, _ = io.Copy(w, content)
}

// WithFile adds a file to an answer. A new picture of the same document takes
// the old one's place when there is no more room; the same file again changes
// nothing.
func WithFile(answer any, file form.File, f form.Field) []form.File {
	files, _ := answer.([]form.File)
	files = slices.DeleteFunc(slices.Clone(files), func(old form.File) bool { return old.Hash == file.Hash })
	if room := max(1, f.Many); len(files) >= room {
		files = files[len(files)-room+1:]
	}
	return append(files, file)
}
