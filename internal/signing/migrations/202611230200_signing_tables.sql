-- +goose Up
-- The name of a signing link, hashed. It lives as long as the case stands in
-- the stage that signs.
CREATE TABLE sign_link (
    token    TEXT PRIMARY KEY,   -- SHA-256 of the name
    case_id  TEXT NOT NULL,
    made     BIGINT NOT NULL,
    ended    BIGINT NOT NULL,    -- 0 while it lives
    ended_by TEXT NOT NULL       -- how: signed, refused, lapsed, recalled, closed
);
CREATE INDEX sign_link_case ON sign_link (case_id, made);

-- Every opening of a link; shown to the signer.
CREATE TABLE sign_opening (
    token   TEXT NOT NULL,
    at      BIGINT NOT NULL,
    session TEXT NOT NULL,
    device  TEXT NOT NULL       -- what kind of device, not which
);
CREATE INDEX sign_opening_token ON sign_opening (token, at);

-- How far a browser session has come in proving to be the signer.
CREATE TABLE sign_progress (
    token     TEXT NOT NULL,
    session   TEXT NOT NULL,
    sms_at    BIGINT NOT NULL,
    face_id   TEXT NOT NULL,     -- of the provider's transaction under way
    method    TEXT NOT NULL,     -- how the person was looked at
    proof_at  BIGINT NOT NULL,
    detail    BYTEA NOT NULL,    -- sealed: the result without any image
    PRIMARY KEY (token, session)
);

-- +goose Down
DROP TABLE sign_progress;
DROP TABLE sign_opening;
DROP TABLE sign_link;
