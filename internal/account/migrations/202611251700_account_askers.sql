-- +goose Up
-- Each kind of code has a budget of its own for a number: what anybody asks
-- for by typing a number must not use up what its owner signs and logs in with.
ALTER TABLE account_code_sent ADD COLUMN kind TEXT NOT NULL DEFAULT '';
CREATE INDEX account_code_sent_kind ON account_code_sent (target, kind, at);
DROP INDEX account_code_sent_target;

-- Which numbers a browser or an address has asked codes for; kept for a day.
-- The row with an empty target makes requests of one asker follow each other.
CREATE TABLE account_asked (
    asker  TEXT NOT NULL,              -- blind index of a session or an address
    target TEXT NOT NULL,              -- blind index of the number
    at     BIGINT NOT NULL,
    PRIMARY KEY (asker, target)
);
CREATE INDEX account_asked_at ON account_asked (at);

-- +goose Down
DROP TABLE account_asked;
CREATE INDEX account_code_sent_target ON account_code_sent (target, at);
DROP INDEX account_code_sent_kind;
ALTER TABLE account_code_sent DROP COLUMN kind;
