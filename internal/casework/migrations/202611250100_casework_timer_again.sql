-- +goose Up
-- When a timer that could not be followed is tried again; 0: it has not failed.
ALTER TABLE case_timer ADD COLUMN again BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE case_timer DROP COLUMN again;
