-- +goose Up
-- How far an import has moved series on, JSON; '' where it was made before this
-- was kept: then nobody can tell how far they go back when it is taken back.
ALTER TABLE licence_import ADD COLUMN series TEXT NOT NULL DEFAULT '';
-- Imports that were taken back. Rows are only added: what was imported when, and
-- by whom, stays in licence_import.
CREATE TABLE licence_import_undone (
    import_id TEXT PRIMARY KEY,
    by_id     TEXT NOT NULL,         -- login of the member of staff who has decided it
    by_name   TEXT NOT NULL,
    reason    TEXT NOT NULL,
    licences  BIGINT NOT NULL,       -- how many were taken off the record
    made      BIGINT NOT NULL
);

-- +goose Down
DROP TABLE licence_import_undone;
ALTER TABLE licence_import DROP COLUMN series;
