-- +goose Up
-- A case can bring about a licence for each record of a list: which record a
-- version's document shows, as "equipment/3"; empty: the case as a whole.
ALTER TABLE licence_version ADD COLUMN record TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE licence_version DROP COLUMN record;
