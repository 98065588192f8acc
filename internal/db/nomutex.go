package db

import (
	"reflect"
	"unsafe"

	sqlite3 "modernc.org/sqlite/lib"
)

// withoutMutex makes a fresh connection what SQLite calls multi-threaded
// (SQLITE_OPEN_NOMUTEX): it is used by one goroutine at a time, as database/sql
// sees to, so that nothing of it needs to be locked. The driver opens it as
// serialized (SQLITE_OPEN_FULLMUTEX) and offers no choice, though by its own
// words that protects nobody; SQLite then locks and unlocks the connection for
// every column of every row, a third of the time of a list. SQLite does
// without the mutex of a connection that has none.
//
// It tells whether it could: a driver that looks different keeps its mutex and
// is only slower.
func withoutMutex(driverConn any) bool {
	v := reflect.ValueOf(driverConn)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return false
	}
	handle := v.Elem().FieldByName("db")
	if handle.Kind() != reflect.Uintptr || handle.Uint() == 0 {
		return false
	}
	db := uintptr(handle.Uint())
	// The handle is memory of SQLite's own, which Go neither moves nor frees.
	(*(**sqlite3.Tsqlite3)(unsafe.Pointer(&db))).Fmutex = 0
	return true
}
