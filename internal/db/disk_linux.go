package db

import (
	"os"
	"syscall"
)

// syncData is as durable as fsync for a database file and skips the journal
// flush of the file's time stamps.
func syncData(f *os.File) error {
	for {
		if err := syscall.Fdatasync(int(f.Fd())); err != syscall.EINTR {
			return os.NewSyscallError("fdatasync", err)
		}
	}
}
