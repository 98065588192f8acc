-- +goose Up
-- When which version of an item began to count for new applications, for all
-- processes of the installation. The newest row of an item is its current
-- version.
CREATE TABLE item_publication (
    n    BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    at   BIGINT NOT NULL
);
CREATE INDEX item_publication_name ON item_publication (name, n);

-- +goose Down
DROP TABLE item_publication;
