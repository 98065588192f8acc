-- +goose Up
-- The last number taken of each series; a row is locked from taking a number
-- until the act is written, so that a series has no gaps.
CREATE TABLE paper_series (
    series TEXT PRIMARY KEY,          -- the number as it is printed, but for what counts
    last   BIGINT NOT NULL
);

-- One row per document of an act. What it says follows from the act.
CREATE TABLE paper (
    case_id  TEXT NOT NULL,
    seq      BIGINT NOT NULL,         -- the event it is made of
    place    BIGINT NOT NULL,         -- among the event's documents
    document TEXT NOT NULL,           -- of the item version of that event
    title    TEXT NOT NULL,
    number   TEXT NOT NULL,           -- empty: it has none
    acted    BIGINT NOT NULL,         -- when the act was done
    state    TEXT NOT NULL,           -- waiting, made, failed
    tries    BIGINT NOT NULL,
    problem  BYTEA NOT NULL,          -- sealed: why the last try did not succeed
    made     BIGINT NOT NULL,
    file     TEXT NOT NULL,           -- JSON of the stored PDF; empty: not made yet
    PRIMARY KEY (case_id, seq, place)
);
CREATE UNIQUE INDEX paper_number ON paper (number) WHERE number <> '';
CREATE INDEX paper_failed ON paper (state) WHERE state = 'failed';

-- +goose Down
DROP TABLE paper;
DROP TABLE paper_series;
