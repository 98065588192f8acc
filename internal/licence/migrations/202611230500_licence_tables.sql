-- +goose Up
-- The last number taken of each series; a row is locked from taking a number
-- until the act is written, so that a series has no gaps.
CREATE TABLE licence_sequence (
    kind   TEXT NOT NULL,
    year   BIGINT NOT NULL,          -- 0: the series runs on over the years
    region TEXT NOT NULL,
    last   BIGINT NOT NULL,
    PRIMARY KEY (kind, year, region)
);

CREATE TABLE licence (
    number    TEXT PRIMARY KEY,
    kind      TEXT NOT NULL,
    year      BIGINT NOT NULL,
    region    TEXT NOT NULL,
    sequence  BIGINT NOT NULL,
    title     TEXT NOT NULL,         -- what it is called
    item      TEXT NOT NULL,
    case_id   TEXT NOT NULL,
    document  TEXT NOT NULL,         -- of the item; empty: a number only
    unit      TEXT NOT NULL,         -- name of the unit, public
    uscc      TEXT NOT NULL,
    facts     TEXT NOT NULL,         -- JSON: what anyone may see
    code      TEXT NOT NULL,         -- in the QR code
    status    TEXT NOT NULL,         -- valid, withdrawn
    reason    TEXT NOT NULL,         -- why withdrawn
    issued    BIGINT NOT NULL,
    withdrawn BIGINT NOT NULL,
    file      TEXT NOT NULL,         -- JSON of the stored PDF; empty: not made yet
    UNIQUE (kind, year, region, sequence)
);
CREATE INDEX licence_uscc ON licence (uscc, issued);
CREATE INDEX licence_case ON licence (case_id);

-- +goose Down
DROP TABLE licence;
DROP TABLE licence_sequence;
