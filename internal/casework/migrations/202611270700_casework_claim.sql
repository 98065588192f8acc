-- +goose Up
-- What undecided cases lay claim to: a name, a piece of equipment, a licence.
-- key is a blind index of it.
CREATE TABLE case_claim (
    case_id TEXT NOT NULL,
    claim   TEXT NOT NULL,
    key     TEXT NOT NULL,
    at      BIGINT NOT NULL,  -- when it was first claimed
    PRIMARY KEY (case_id, claim, key)
);
CREATE INDEX case_claim_key ON case_claim (claim, key);
-- See relist, which fills it in for cases that are there already.
UPDATE cases SET listed = 0 WHERE number <> '' AND ended = '';

-- +goose Down
DROP TABLE case_claim;
