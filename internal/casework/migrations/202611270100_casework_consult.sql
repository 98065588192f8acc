-- +goose Up
-- Whose opinion is asked on a case: what the lists of other units read.
CREATE TABLE case_consult (
    case_id TEXT NOT NULL,
    n       BIGINT NOT NULL,
    unit    TEXT NOT NULL,
    due     BIGINT NOT NULL,  -- 0: no limit
    open    BIGINT NOT NULL,  -- 1: the answer is awaited
    PRIMARY KEY (case_id, n)
);
CREATE INDEX case_consult_unit ON case_consult (unit, open, due, case_id);

-- +goose Down
DROP TABLE case_consult;
