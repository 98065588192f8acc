-- +goose Up
-- What is counted together has a name of its own, so that items can say which
-- parts of a number count separately.
CREATE TABLE licence_series (
    series TEXT PRIMARY KEY,
    last   BIGINT NOT NULL           -- a row is locked from taking a number until the act is written
);
INSERT INTO licence_series (series, last) SELECT kind || '/' || region || '/' || year, last FROM licence_sequence;
DROP TABLE licence_sequence;

-- A licence as it stands: the sum of its versions.
CREATE TABLE licence_now (
    number     TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    series     TEXT NOT NULL,
    sequence   BIGINT NOT NULL,
    version    BIGINT NOT NULL,      -- the newest
    title      TEXT NOT NULL,        -- what it is called
    item       TEXT NOT NULL,        -- that made the newest version
    unit       TEXT NOT NULL,        -- name of the holder, public
    name_key   TEXT NOT NULL,        -- the same as it is searched
    uscc       TEXT NOT NULL,
    town       TEXT NOT NULL,        -- code of the township; empty: not known
    facts      TEXT NOT NULL,        -- JSON: what anyone may see
    identity   TEXT NOT NULL,        -- of the electronic licence without its version (GB/T 36904): type, institution, serial; empty: none
    listed     BIGINT NOT NULL,      -- 1: in the public list
    status     TEXT NOT NULL,        -- valid, replaced, cancelled, revoked; that its time is over follows from until
    reason     TEXT NOT NULL,        -- why it ended; not shown to the public
    replaces   TEXT NOT NULL,        -- number of the licence whose place it took
    replaced   TEXT NOT NULL,        -- number of the licence that took its place
    issued     BIGINT NOT NULL,      -- first
    valid_from BIGINT NOT NULL,
    until      BIGINT NOT NULL,      -- first instant at which it is valid no more; 0: no end
    ended      BIGINT NOT NULL,      -- 0: it has not
    ended_case TEXT NOT NULL,
    UNIQUE (series, sequence)
);
INSERT INTO licence_now SELECT number, kind, kind || '/' || region || '/' || year, sequence, 1, title, item, unit, upper(unit), uscc, '', facts, '', 1,
    CASE status WHEN 'withdrawn' THEN 'revoked' ELSE status END, reason, '', '', issued, issued, 0, withdrawn, '' FROM licence;

-- Every version stays: what was issued, changed, renewed, replaced, corrected.
CREATE TABLE licence_version (
    number     TEXT NOT NULL,
    version    BIGINT NOT NULL,
    act        TEXT NOT NULL,        -- issue, change, renew, replace, correct
    case_id    TEXT NOT NULL,        -- that made it
    item       TEXT NOT NULL,
    document   TEXT NOT NULL,        -- of the item of content_id; empty: a number only
    content_id TEXT NOT NULL,        -- the case whose answers the document shows
    title      TEXT NOT NULL,
    unit       TEXT NOT NULL,
    uscc       TEXT NOT NULL,
    facts      TEXT NOT NULL,
    reason     TEXT NOT NULL,        -- why it was corrected
    made       BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    until      BIGINT NOT NULL,
    code       TEXT NOT NULL,        -- in the QR code
    file       TEXT NOT NULL,        -- JSON of the stored PDF; empty: not made yet
    PRIMARY KEY (number, version)
);
INSERT INTO licence_version SELECT number, 1, 'issue', case_id, item, document, case_id, title, unit, uscc, facts, '', issued, issued, 0, code, file FROM licence;
DROP TABLE licence;
ALTER TABLE licence_now RENAME TO licence;

CREATE INDEX licence_uscc ON licence (uscc, issued);
-- The name stands behind the order, so that a part of one is looked for
-- without reading the rows.
CREATE INDEX licence_listed ON licence (listed, issued, number, name_key);
CREATE INDEX licence_kind ON licence (listed, kind, issued, number);
CREATE INDEX licence_town ON licence (listed, town, issued, number);
CREATE INDEX licence_version_case ON licence_version (case_id);
CREATE UNIQUE INDEX licence_version_code ON licence_version (code);

-- +goose Down
-- Versions, ends and the names of series cannot be told in the tables of before.
DROP TABLE licence_version;
DROP TABLE licence;
DROP TABLE licence_series;
CREATE TABLE licence_sequence (
    kind TEXT NOT NULL, year BIGINT NOT NULL, region TEXT NOT NULL, last BIGINT NOT NULL,
    PRIMARY KEY (kind, year, region)
);
CREATE TABLE licence (
    number TEXT PRIMARY KEY, kind TEXT NOT NULL, year BIGINT NOT NULL, region TEXT NOT NULL, sequence BIGINT NOT NULL, title TEXT NOT NULL,
    item TEXT NOT NULL, case_id TEXT NOT NULL, document TEXT NOT NULL, unit TEXT NOT NULL, uscc TEXT NOT NULL, facts TEXT NOT NULL, code TEXT NOT NULL,
    status TEXT NOT NULL, reason TEXT NOT NULL, issued BIGINT NOT NULL, withdrawn BIGINT NOT NULL, file TEXT NOT NULL,
    UNIQUE (kind, year, region, sequence)
);
CREATE INDEX licence_uscc ON licence (uscc, issued);
CREATE INDEX licence_case ON licence (case_id);
