-- +goose Up
-- How far the demo's clock is ahead of the real one; one row, none while it
-- has never been moved.
CREATE TABLE sim_clock (
    id    BIGINT PRIMARY KEY,   -- always 1
    ahead BIGINT NOT NULL       -- microseconds
);

-- +goose Down
DROP TABLE sim_clock;
