package db

import (
	"reflect"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// tune sets what the driver offers no choice about. It tells whether it could:
// a connection of a driver that looks different stays as it is, and is only
// slower.
func tune(driverConn any) bool {
	db, ok := handleOf(driverConn)
	if !ok {
		return false
	}
	withoutMutex(db)
	return stablePlans(db)
}

// handleOf finds SQLite's own handle of a connection.
func handleOf(driverConn any) (uintptr, bool) {
	v := reflect.ValueOf(driverConn)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return 0, false
	}
	handle := v.Elem().FieldByName("db")
	if handle.Kind() != reflect.Uintptr || handle.Uint() == 0 {
		return 0, false
	}
	return uintptr(handle.Uint()), true
}

// withoutMutex makes a fresh connection what SQLite calls multi-threaded
// (SQLITE_OPEN_NOMUTEX): it is used by one goroutine at a time, as database/sql
// sees to, so that nothing of it needs to be locked. The driver opens it as
// serialized (SQLITE_OPEN_FULLMUTEX) and offers no choice, though by its own
// words that protects nobody; SQLite then locks and unlocks the connection for
// every column of every row, a third of the time of a list. SQLite does
// without the mutex of a connection that has none.
func withoutMutex(db uintptr) {
	// The handle is memory of SQLite's own, which Go neither moves nor frees.
	(*(**sqlite3.Tsqlite3)(unsafe.Pointer(&db))).Fmutex = 0
}

// stablePlans lets SQLite plan a statement once, whatever its parameters say
// (SQLITE_DBCONFIG_ENABLE_QPSG). Otherwise one whose plan could be better for
// another value is parsed and planned anew whenever a value has changed: a fifth
// of the time of a list.
func stablePlans(db uintptr) bool {
	tls := libc.NewTLS()
	defer tls.Close()
	args := libc.Xmalloc(tls, 2*8)
	if args == 0 {
		return false
	}
	defer libc.Xfree(tls, args)
	return sqlite3.Xsqlite3_db_config(tls, db, sqlite3.SQLITE_DBCONFIG_ENABLE_QPSG, libc.VaList(args, int32(1), uintptr(0))) == sqlite3.SQLITE_OK
}
