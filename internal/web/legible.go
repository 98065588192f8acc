package web

import (
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What browsers send is UTF-8 without zero bytes: their pages are. Anything
// else can stand in no table of PostgreSQL and in no answer's header, so it is
// taken out here, before any room sees it.

// nowhere tells that a path holds what no address of ours does.
func nowhere(path string) bool {
	return !utf8.ValidString(path) || strings.ContainsFunc(path, unicode.IsControl)
}

// legible makes the query and a form without files readable, or answers why it
// cannot and returns false. A form with files is for ReadUpload, which only
// handlers that expect one call.
func legible(w http.ResponseWriter, r *http.Request) bool {
	if !withFiles(r) {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		leave, err := spool(r)
		if err != nil {
			notArrived(w, r, err)
			return false
		}
		if isForm(r) { // anything else is read by its handler
			defer leave()
		}
	}
	if query := r.URL.Query(); clean(query) { // handlers read the address, too
		r.URL.RawQuery = query.Encode()
	}
	_ = r.ParseForm() // what of it cannot be read is not there
	clean(r.Form)
	clean(r.PostForm)
	return true
}

// notArrived answers a request that is too long, or was cut off. Where it could
// not be kept, it is the operator who has to hear of it.
func notArrived(w http.ResponseWriter, r *http.Request, err error) {
	var disk *fs.PathError
	if errors.As(err, &disk) {
		panic(err)
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		Fail(w, r, http.StatusRequestEntityTooLarge, "一次最多提交 %d MB，这次的内容没有收下。照片选小一点的尺寸，或者分开上传。", tooLarge.Limit>>20)
		return
	}
	Fail(w, r, http.StatusBadRequest, "没有收全这次提交，可能是网络断了。回到上一页再试一次。")
}

// clean tells whether there was anything to clean.
func clean(values url.Values) (changed bool) {
	for name, all := range values {
		for i, v := range all {
			if all[i] = cleaned(v); all[i] != v {
				changed = true
			}
		}
		if plain := cleaned(name); plain != name {
			delete(values, name)
			changed = true
		}
	}
	return changed
}

func cleaned(s string) string {
	if strings.IndexByte(s, 0) < 0 && utf8.ValidString(s) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// uploadMemory is how much of an upload is held in memory; the rest waits on
// disk.
const uploadMemory = 1 << 20

// ReadUpload reads a form that may bring files. Where it cannot, it answers
// and returns false. forget removes what waited on disk.
func ReadUpload(w http.ResponseWriter, r *http.Request) (forget func(), ok bool) {
	leave, err := spool(r)
	if err == nil {
		err = r.ParseMultipartForm(uploadMemory)
	}
	forget = func() {
		if r.MultipartForm != nil {
			_ = r.MultipartForm.RemoveAll()
		}
		leave()
	}
	if err == nil || errors.Is(err, http.ErrNotMultipart) {
		clean(r.Form)
		clean(r.PostForm)
		return forget, true
	}
	forget()
	notArrived(w, r, err)
	return nil, false
}
