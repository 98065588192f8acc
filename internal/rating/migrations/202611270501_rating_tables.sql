-- +goose Up
-- One row per rating: of a result or of a visit, once. Nothing personal in
-- clear; what was written is sealed.
CREATE TABLE rating (
    id        TEXT PRIMARY KEY,
    case_id   TEXT NOT NULL,
    moment    TEXT NOT NULL,     -- result, visit-1, …
    item      TEXT NOT NULL,
    unit      TEXT NOT NULL,
    level     BIGINT NOT NULL,   -- 5 very satisfied … 1 very dissatisfied
    reasons   TEXT NOT NULL,     -- codes, parted by spaces
    officers  TEXT NOT NULL,     -- who has worked on the case: they do not see it
    at        BIGINT NOT NULL,
    corrected BIGINT NOT NULL,   -- when the rater corrected it; 0: never
    state     TEXT NOT NULL,     -- of the rectification; empty: none is needed
    check_due BIGINT NOT NULL,   -- 0: the calendar lacks the year
    due       BIGINT NOT NULL,
    near      BIGINT NOT NULL,
    disputed  TEXT NOT NULL,     -- who said that it is not true
    ended     BIGINT NOT NULL,   -- when the rectification was done; 0: not yet
    sealed    BYTEA NOT NULL,
    UNIQUE (case_id, moment)
);
CREATE INDEX rating_work ON rating (state, due, id);

-- +goose Down
DROP TABLE rating;
