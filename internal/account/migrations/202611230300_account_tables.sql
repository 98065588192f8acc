-- +goose Up
-- Natural persons. What identifies them is sealed; look-ups go by blind index.
CREATE TABLE account_person (
    id       TEXT PRIMARY KEY,
    mobile   TEXT NOT NULL,            -- blind index; relatives may share a number (C-15)
    identity TEXT NOT NULL UNIQUE,     -- blind index of number and document
    sealed   BYTEA NOT NULL,           -- name, mobile number, document
    password TEXT NOT NULL,            -- Argon2id; empty until the first log-in
    created  BIGINT NOT NULL
);
CREATE INDEX account_person_mobile ON account_person (mobile);

-- Units with an account. The code and name of a unit are public.
CREATE TABLE account_org (
    uscc    TEXT PRIMARY KEY,
    name    TEXT NOT NULL,
    kind    TEXT NOT NULL,
    town    TEXT NOT NULL,
    unit    TEXT NOT NULL,
    state   TEXT NOT NULL,             -- active, disabled, closed
    opened  BIGINT NOT NULL,
    case_id TEXT NOT NULL
);

-- Who acts for a unit: its owner, and agents with scope and end.
CREATE TABLE account_mandate (
    id      TEXT PRIMARY KEY,
    uscc    TEXT NOT NULL REFERENCES account_org (uscc),
    person  TEXT NOT NULL REFERENCES account_person (id),
    role    TEXT NOT NULL,             -- owner, agent
    scope   TEXT NOT NULL,             -- JSON list
    starts  TEXT NOT NULL,             -- 2006-01-02; empty: at once
    ends    TEXT NOT NULL,             -- last day; empty: without end
    letter  TEXT NOT NULL,             -- number of the case with the signed letter
    revoked BIGINT NOT NULL
);
CREATE INDEX account_mandate_uscc ON account_mandate (uscc);
CREATE INDEX account_mandate_person ON account_mandate (person);

CREATE TABLE account_staff (
    id       TEXT PRIMARY KEY,
    name     TEXT NOT NULL,
    unit     TEXT NOT NULL,
    roles    TEXT NOT NULL,            -- JSON list
    units    TEXT NOT NULL,            -- JSON list
    sealed   BYTEA NOT NULL,           -- mobile number
    password TEXT NOT NULL
);

-- Passwords tried under a log-in name, whether or not there is such an
-- account; kept for a day.
CREATE TABLE account_try (
    login  TEXT PRIMARY KEY,           -- blind index
    wrong  BIGINT NOT NULL,            -- in a row
    locked BIGINT NOT NULL,            -- until when
    at     BIGINT NOT NULL             -- the last one
);
CREATE INDEX account_try_at ON account_try (at);

CREATE TABLE account_session (
    id      TEXT PRIMARY KEY,          -- stays the same through log-in
    cookie  TEXT NOT NULL UNIQUE,      -- SHA-256 of the cookie, new after each log-in
    person  TEXT NOT NULL,
    staff   TEXT NOT NULL,
    pending TEXT NOT NULL,             -- password given, code awaited: person:ID or staff:ID
    created BIGINT NOT NULL,
    seen    BIGINT NOT NULL
);
CREATE INDEX account_session_person ON account_session (person);

-- Cases that a code has opened for a session.
CREATE TABLE account_grant (
    session TEXT NOT NULL,
    case_id TEXT NOT NULL,
    PRIMARY KEY (session, case_id)
);

-- One-time codes (验证码), one live code a purpose and number.
CREATE TABLE account_code (
    target  TEXT NOT NULL,             -- blind index of the number
    purpose TEXT NOT NULL,
    hash    TEXT NOT NULL,
    sent    BIGINT NOT NULL,
    tries   BIGINT NOT NULL,
    PRIMARY KEY (target, purpose)
);
CREATE TABLE account_code_sent (
    target TEXT NOT NULL,
    at     BIGINT NOT NULL
);
CREATE INDEX account_code_sent_target ON account_code_sent (target, at);

-- A row a number, so that two requests at once for a code come one after the
-- other.
CREATE TABLE account_number (
    target TEXT PRIMARY KEY,
    asked  BIGINT NOT NULL
);

-- Links with which an applicant takes a case over from its helper (帮办), one
-- live link a case.
CREATE TABLE account_takeover (
    case_id TEXT PRIMARY KEY,
    token   TEXT NOT NULL UNIQUE,      -- SHA-256
    made    BIGINT NOT NULL,
    expires BIGINT NOT NULL
);

-- Append-only record of what happened to accounts; no personal data.
CREATE TABLE account_event (
    id     TEXT PRIMARY KEY,
    at     BIGINT NOT NULL,
    actor  TEXT NOT NULL,
    act    TEXT NOT NULL,
    uscc   TEXT NOT NULL,
    person TEXT NOT NULL,
    note   TEXT NOT NULL
);
CREATE INDEX account_event_uscc ON account_event (uscc, at);

-- +goose Down
DROP TABLE account_event;
DROP TABLE account_takeover;
DROP TABLE account_number;
DROP TABLE account_code_sent;
DROP TABLE account_code;
DROP TABLE account_grant;
DROP TABLE account_session;
DROP TABLE account_try;
DROP TABLE account_staff;
DROP TABLE account_mandate;
DROP TABLE account_org;
DROP TABLE account_person;
