-- +goose Up
-- A text sealed with the key that this database belongs to.
CREATE TABLE vault_match (
    id     BIGINT PRIMARY KEY,
    sealed BYTEA NOT NULL
);

-- +goose Down
DROP TABLE vault_match;
