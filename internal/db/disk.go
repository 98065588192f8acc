package db

import (
	"errors"
	"os"
	"sync"
)

// walFile brings SQLite's write-ahead log to the disk. A file's data belongs
// to the file and not to the descriptor it was written through, so that this
// one may be another than SQLite's. (Closing it frees no lock: SQLite locks the
// database and its index of the log, never the log itself.)
type walFile struct {
	path   string
	mu     sync.Mutex
	file   *os.File
	failed error
}

// flush returns when everything written to the log is on the disk. After the
// disk has failed once it fails for good: that the disk says nothing later
// proves nothing, for a system may report such a failure only once.
func (w *walFile) flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failed != nil {
		return w.failed
	}
	if err := w.current(); err != nil {
		return err
	}
	w.failed = syncData(w.file)
	return w.failed
}

// current opens the log, again if it is no longer the file that was opened.
func (w *walFile) current() error {
	named, err := os.Stat(w.path)
	if err != nil {
		return err
	}
	if w.file != nil {
		if opened, err := w.file.Stat(); err == nil && os.SameFile(named, opened) {
			return nil
		}
		_ = w.file.Close() // another file is written to now
	}
	w.file, err = os.OpenFile(w.path, os.O_RDWR, 0)
	return err
}

func (w *walFile) close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.file == nil {
		return nil
	}
	err := w.file.Close()
	w.file = nil
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	return err
}
