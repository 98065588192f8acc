-- +goose Up
-- The log's signing key, sealed with the installation's key.
CREATE TABLE ledger_key (
    one      BIGINT PRIMARY KEY,  -- 1: there is one
    origin   TEXT NOT NULL,
    verifier TEXT NOT NULL,
    sealed   BYTEA NOT NULL
);

-- One row, which whoever integrates holds locked meanwhile.
CREATE TABLE ledger_head (
    one  BIGINT PRIMARY KEY,
    size BIGINT NOT NULL
);
INSERT INTO ledger_head (one, size) VALUES (1, 0);

-- Records of acts that are not in the tree yet, written with the act.
CREATE TABLE ledger_pending (
    case_id TEXT NOT NULL,
    seq     BIGINT NOT NULL,
    record  BYTEA NOT NULL,
    PRIMARY KEY (case_id, seq)
);

-- The entries of the log.
CREATE TABLE ledger_leaf (
    idx     BIGINT PRIMARY KEY,
    case_id TEXT NOT NULL,
    seq     BIGINT NOT NULL,
    record  BYTEA NOT NULL,
    UNIQUE (case_id, seq)
);

-- Hashes of the tree, 256 of a level a row; the last row of a level has fewer.
CREATE TABLE ledger_tile (
    level  BIGINT NOT NULL,
    n      BIGINT NOT NULL,
    hashes BYTEA NOT NULL,
    PRIMARY KEY (level, n)
);

-- Every checkpoint ever signed; append-only.
CREATE TABLE ledger_checkpoint (
    n    BIGINT PRIMARY KEY,
    size BIGINT NOT NULL,
    note TEXT NOT NULL,
    made BYTEA NOT NULL           -- when, sealed: the note's format has no place for it
);

-- +goose Down
DROP TABLE ledger_checkpoint;
DROP TABLE ledger_tile;
DROP TABLE ledger_leaf;
DROP TABLE ledger_pending;
DROP TABLE ledger_head;
DROP TABLE ledger_key;
