-- +goose Up
-- Files that can be taken away again, by the name they have at rest. A row is
-- locked by whoever begins to store, to use or to remove the file.
CREATE TABLE blob_file (
    name    TEXT PRIMARY KEY,
    claimed BIGINT NOT NULL,  -- when somebody last brought or took it: what it is for may not be on record yet
    loose   BIGINT NOT NULL   -- 1: perhaps nobody uses it
);
CREATE INDEX blob_file_loose ON blob_file (claimed) WHERE loose = 1;

-- Who uses a file. A file that nobody uses goes.
CREATE TABLE blob_use (
    name   TEXT NOT NULL,
    holder TEXT NOT NULL,
    PRIMARY KEY (name, holder)
);
CREATE INDEX blob_use_holder ON blob_use (holder);

-- +goose Down
DROP TABLE blob_use;
DROP TABLE blob_file;
