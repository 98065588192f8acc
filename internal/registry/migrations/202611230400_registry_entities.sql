-- +goose Up
-- Market entities as the registration system last told them. Everything here
-- is public but the representative's document, of which a blind index is kept.
CREATE TABLE registry_entity (
    uscc        TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL,         -- what all spellings of the name share
    rep         TEXT NOT NULL,
    rep_id      TEXT NOT NULL,         -- blind index; empty: not told
    kind        TEXT NOT NULL,
    status      TEXT NOT NULL,
    region      TEXT NOT NULL,         -- GB/T 2260, 6 digits
    town        TEXT NOT NULL,         -- 9 digits; empty: not told
    address     TEXT NOT NULL,
    scope       TEXT NOT NULL,
    authority   TEXT NOT NULL,
    established TEXT NOT NULL,         -- 2006-01-02; empty: not told
    digest      TEXT NOT NULL,         -- of all of the above
    source      TEXT NOT NULL,         -- file that brought this content
    imported    BIGINT NOT NULL
);
CREATE INDEX registry_entity_name ON registry_entity (name_key);

CREATE TABLE registry_import (
    at        BIGINT NOT NULL,
    source    TEXT NOT NULL,
    total     BIGINT NOT NULL,
    added     BIGINT NOT NULL,
    changed   BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    wrong     BIGINT NOT NULL
);
CREATE INDEX registry_import_at ON registry_import (at);

-- +goose Down
DROP TABLE registry_import;
DROP TABLE registry_entity;
