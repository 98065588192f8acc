package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// folder keeps files as aa/bb/aabb…: two levels, so that no directory grows
// beyond what people and tools can handle.
type folder struct{ path string }

// abandoned is how old a spooled file is when its writer must have died.
const abandoned = 24 * time.Hour

func openFolder(path string) (*folder, error) {
	f := &folder{filepath.Clean(path)}
	if err := os.MkdirAll(f.spoolPath(), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for files: %w", err)
	}
	return f, f.sweep()
}

func (f *folder) spoolPath() string { return filepath.Join(f.path, "incoming") }

// sweep removes what died with its process.
func (f *folder) sweep() error {
	entries, err := os.ReadDir(f.spoolPath())
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || time.Since(info.ModTime()) < abandoned {
			continue
		}
		if err := os.Remove(filepath.Join(f.spoolPath(), e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (f *folder) file(name string) string {
	return filepath.Join(f.path, name[:2], name[2:4], name)
}

func (f *folder) spool() (*os.File, error) { return os.CreateTemp(f.spoolPath(), "*") } // 0600

func (f *folder) place(_ context.Context, name string, file *os.File, _ int64) error {
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return err
	}
	target := f.file(name)
	dir := filepath.Dir(target)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	// Over a file of the same name it changes nothing: the content is equal.
	if err := os.Rename(file.Name(), target); err != nil {
		return err
	}
	// The name is durable when each directory up to the root is.
	for d := dir; ; d = filepath.Dir(d) {
		if err := syncDir(d); err != nil || d == f.path {
			return err
		}
	}
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (f *folder) fetch(_ context.Context, name string) (io.ReadCloser, int64, error) {
	file, err := os.Open(f.file(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, ErrNotFound
	} else if err != nil {
		return nil, 0, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, file.Close())
	}
	return file, info.Size(), nil
}

func (f *folder) has(_ context.Context, name string) (bool, error) {
	_, err := os.Stat(f.file(name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func (f *folder) remove(_ context.Context, name string) error {
	switch err := os.Remove(f.file(name)); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	return syncDir(filepath.Dir(f.file(name))) // what was to go must not come back with the power
}
