package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"

	"golang.org/x/sync/semaphore"
)

const (
	// headMemory is how much of a request waits in memory while it arrives; the
	// rest waits on disk. However many senders are slow, or pretend to be, each
	// holds no more.
	headMemory = 16 << 10
	// maxForm bounds a form without files: no page of ours asks for a tenth.
	maxForm = 1 << 20
	// readMemory bounds what is taken into memory at one time of requests that
	// are longer than headMemory and have arrived, all together. Others wait.
	readMemory = 32 << 20
)

var reading = semaphore.NewWeighted(readMemory)

// spooled is a body that has arrived.
type spooled struct {
	io.Reader
	close func()
}

func (s *spooled) Close() error {
	s.close()
	return nil
}

// spool waits until a body has arrived, and for room to read it. The room is
// given back by leave, and in any case when the request is over.
func spool(r *http.Request) (leave func(), err error) {
	leave = func() {}
	if r.Body == nil || r.Body == http.NoBody {
		return leave, nil
	}
	if _, done := r.Body.(*spooled); done {
		return leave, nil
	}
	head, err := io.ReadAll(io.LimitReader(r.Body, headMemory))
	if err != nil || len(head) < headMemory {
		r.Body = &spooled{bytes.NewReader(head), func() {}}
		return leave, err
	}
	file, err := os.CreateTemp("", "wangban-body-*")
	if err != nil {
		return leave, err
	}
	_ = os.Remove(file.Name()) // it goes with the process, whatever happens
	size, err := io.Copy(file, r.Body)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err == nil {
		err = reading.Acquire(r.Context(), min(readMemory, int64(len(head))+size))
	}
	if err != nil {
		return leave, errors.Join(err, file.Close())
	}
	leave = sync.OnceFunc(func() {
		_ = file.Close()
		reading.Release(min(readMemory, int64(len(head))+size))
	})
	context.AfterFunc(r.Context(), leave)
	r.Body = &spooled{io.MultiReader(bytes.NewReader(head), file), leave}
	return leave, nil
}

// isForm tells a form without files.
func isForm(r *http.Request) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Type"))), "application/x-www-form-urlencoded")
}

// withFiles tells a form that brings files.
func withFiles(r *http.Request) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Type"))), "multipart/")
}
