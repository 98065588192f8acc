-- +goose Up
-- What members of staff were told. Nothing of it is about applicants: a case is
-- named by its number and its item.
CREATE TABLE notice (
    id      TEXT PRIMARY KEY,     -- sortable by time
    staff   TEXT NOT NULL,
    kind    TEXT NOT NULL,
    case_id TEXT NOT NULL,        -- '' of what is about no case
    number  TEXT NOT NULL,
    item    TEXT NOT NULL,
    away    TEXT NOT NULL,        -- for whom they stand in; '' none
    at      BIGINT NOT NULL,      -- an answer is due, a visit takes place; 0: none
    until   BIGINT NOT NULL,      -- end of what begins at at; 0: none
    made    BIGINT NOT NULL,
    seen    BIGINT NOT NULL,      -- when it was read; 0: not yet
    texted  BIGINT NOT NULL       -- 1: an SMS went out, too
);
CREATE INDEX notice_staff ON notice (staff, id);
CREATE INDEX notice_unseen ON notice (staff) WHERE seen = 0;
CREATE INDEX notice_texted ON notice (staff, kind, made) WHERE texted = 1;

-- What somebody wants an SMS of; '' leaves it to their unit.
CREATE TABLE notice_choice (
    staff TEXT PRIMARY KEY,
    unit  TEXT NOT NULL,          -- of what is for their unit: '', yes, no
    own   TEXT NOT NULL           -- of what is for them
);

-- +goose Down
DROP TABLE notice_choice;
DROP TABLE notice;
