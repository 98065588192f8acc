-- +goose Up
-- Sentences that staff write again and again. A shelf is one person's or one
-- unit's: staff:ID or unit:CODE.
CREATE TABLE phrase (
    id       TEXT PRIMARY KEY,
    shelf    TEXT NOT NULL,
    body     TEXT NOT NULL,
    by_staff TEXT NOT NULL,  -- who wrote it last
    made     BIGINT NOT NULL,
    UNIQUE (shelf, body)
);
CREATE INDEX phrase_shelf ON phrase (shelf, made, id);

-- +goose Down
DROP TABLE phrase;
