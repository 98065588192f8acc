package db

import (
	"sync"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// What SQLite's page caches take their pages from: room for one page and its
// header, so often. More pages come from the system one by one.
const (
	pageSlot  = 4096 + 512
	pageSlots = 8192 // 36 MB, touched only as pages are used
)

// keepPages gives SQLite memory for pages that it keeps. A connection that sees
// that another has written drops its pages and reads them again; page by page,
// memory would go back to the system and come again, with a system call each.
// It has to be said before the first connection of the process; afterwards
// SQLite refuses, and is only slower.
var keepPages = sync.OnceFunc(func() {
	tls := libc.NewTLS()
	defer tls.Close()
	args := libc.Xmalloc(tls, 3*8)
	if args == 0 {
		return
	}
	defer libc.Xfree(tls, args)
	pages := libc.Xmalloc(tls, pageSlots*pageSlot) // SQLite's until the end
	if pages == 0 {
		return
	}
	if rc := sqlite3.Xsqlite3_config(tls, sqlite3.SQLITE_CONFIG_PAGECACHE,
		libc.VaList(args, pages, int32(pageSlot), int32(pageSlots))); rc != sqlite3.SQLITE_OK {
		libc.Xfree(tls, pages)
	}
})
