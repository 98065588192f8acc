-- +goose Up
-- One row per case: what lists read, and the sealed state. No personal data in
-- clear; title and subject are the public name and code of a unit.
CREATE TABLE cases (
    id          TEXT PRIMARY KEY,
    item        TEXT NOT NULL,
    hash        TEXT NOT NULL,
    number      TEXT NOT NULL,
    stage       TEXT NOT NULL,
    ended       TEXT NOT NULL,    -- how it ended; empty while it lives
    version     BIGINT NOT NULL,
    subject     TEXT NOT NULL,
    title       TEXT NOT NULL,
    applicant   TEXT NOT NULL,    -- blind index of the applicant's mobile number
    owner       TEXT NOT NULL,
    unit        TEXT NOT NULL,
    holder      TEXT NOT NULL,
    helper      TEXT NOT NULL,
    helper_unit TEXT NOT NULL,
    channel     TEXT NOT NULL,
    due         BIGINT NOT NULL,  -- of the stage; 0: never
    clock_start BIGINT NOT NULL,  -- of the case's own limit; 0: none is running
    clock_due   BIGINT NOT NULL,
    queued      BIGINT NOT NULL,  -- what work lists are sorted by: clock_due, or updated without one
    created     BIGINT NOT NULL,
    updated     BIGINT NOT NULL,
    wrapped     BYTEA NOT NULL,   -- the case's key; empty once the person is forgotten
    state       BYTEA NOT NULL
);
CREATE INDEX cases_queue ON cases (unit, stage, queued, id);
CREATE INDEX cases_county ON cases (stage, queued, id);
CREATE INDEX cases_subject ON cases (subject, item, created);
CREATE INDEX cases_owner ON cases (owner, updated);
CREATE INDEX cases_applicant ON cases (applicant, updated);
CREATE INDEX cases_helper ON cases (helper, updated);

-- Append-only. Each row is a leaf of the transparency log to come.
CREATE TABLE case_event (
    case_id    TEXT NOT NULL,
    seq        BIGINT NOT NULL,
    act        TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    at         BIGINT NOT NULL,
    key        TEXT NOT NULL,
    stage_from TEXT NOT NULL,
    stage_to   TEXT NOT NULL,
    sealed     BYTEA NOT NULL,    -- actor and data
    salt       BYTEA,             -- dropped when the person is forgotten
    leaf       BYTEA NOT NULL,
    PRIMARY KEY (case_id, seq),
    UNIQUE (case_id, key)
);

CREATE TABLE case_timer (
    case_id TEXT NOT NULL,
    name    TEXT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (case_id, name)
);
CREATE INDEX case_timer_at ON case_timer (at);

-- Every item version a case is pinned to, kept whole.
CREATE TABLE item_version (
    hash  TEXT PRIMARY KEY,
    name  TEXT NOT NULL,
    pack  BYTEA NOT NULL,
    since BIGINT NOT NULL
);

-- Blocks of 办件编号 handed out, by region and day.
CREATE TABLE case_number (
    region TEXT NOT NULL,
    day    TEXT NOT NULL,
    used   BIGINT NOT NULL,
    PRIMARY KEY (region, day)
);

-- +goose Down
DROP TABLE case_number;
DROP TABLE item_version;
DROP TABLE case_timer;
DROP TABLE case_event;
DROP TABLE cases;
