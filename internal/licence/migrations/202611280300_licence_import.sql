-- +goose Up
-- Licences that were issued before there was this platform come from a file of
-- the administration. What the file says of one beyond what anybody may see is
-- sealed with a key of its own.
CREATE TABLE licence_import (
    id        TEXT PRIMARY KEY,
    item      TEXT NOT NULL,
    file      TEXT NOT NULL,         -- name of the file
    digest    TEXT NOT NULL,         -- hex SHA-256 of the file
    by_id     TEXT NOT NULL,         -- login of the member of staff who answers for it
    by_name   TEXT NOT NULL,
    rows      BIGINT NOT NULL,
    added     BIGINT NOT NULL,
    made      BIGINT NOT NULL
);
CREATE TABLE licence_imported (
    number    TEXT PRIMARY KEY,
    import_id TEXT NOT NULL,
    line      BIGINT NOT NULL,       -- of the file
    digest    TEXT NOT NULL,         -- blind, of the row: tells whether it comes again as it was
    hash      TEXT NOT NULL,         -- version of the item by whose form the answers were checked
    document  TEXT NOT NULL,         -- layout of that version for certificates made later; empty: a number only
    record    TEXT NOT NULL,         -- of which list the answers are a record; empty: the licence as a whole
    person    TEXT NOT NULL,         -- blind index of the holder's document; empty: none was given
    wrapped   BYTEA NOT NULL,        -- the row's key; empty once it is forgotten
    sealed    BYTEA NOT NULL,        -- answers and the holder's document
    forgotten TEXT NOT NULL          -- who has decided to erase them, when and why; empty: nobody
);
CREATE INDEX licence_imported_person ON licence_imported (person);
-- When it was taken from a file; 0: it was issued here.
ALTER TABLE licence ADD COLUMN imported BIGINT NOT NULL DEFAULT 0;
-- 1: the document shows what was imported, with the answers of content_id over it.
ALTER TABLE licence_version ADD COLUMN imported BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE licence_version DROP COLUMN imported;
ALTER TABLE licence DROP COLUMN imported;
DROP TABLE licence_imported;
DROP TABLE licence_import;
