// Package db opens the installation's database and runs durable transactions
// on it. Two engines are first-class: SQLite (the embedded default) and
// PostgreSQL (when a county outgrows one machine). Every room writes one SQL
// text that both understand: $1 placeholders, RETURNING, ON CONFLICT, ->>,
// TEXT, BIGINT, BOOLEAN, BYTEA and JSONB columns, times as BIGINT microseconds
// since 1970 UTC (see Micros).
//
// The room knows nothing of cases, people or items; tables and queries belong
// to the rooms that own them. It is not an ORM and hides no SQL.
package db
