-- +goose Up
-- Passkeys (通行密钥, WebAuthn): the public halves of key pairs that people's
-- devices keep.
CREATE TABLE account_passkey (
    id         TEXT PRIMARY KEY,
    person     TEXT NOT NULL REFERENCES account_person (id) ON DELETE CASCADE,
    credential TEXT NOT NULL UNIQUE,   -- what the device calls it, base64url
    sealed     BYTEA NOT NULL,         -- the name it was given, public key, what its maker says of it
    signs      BIGINT NOT NULL,        -- the device's count of signatures; 0: it counts none
    added      BIGINT NOT NULL,
    used       BIGINT NOT NULL         -- the last log-in; 0: none yet
);
CREATE INDEX account_passkey_person ON account_passkey (person);

-- What a device has been asked to sign: one live question a session and
-- purpose, answered once.
CREATE TABLE account_challenge (
    session TEXT NOT NULL,
    purpose TEXT NOT NULL,             -- login, add
    asked   TEXT NOT NULL,             -- JSON: the challenge and what else the answer is held against
    made    BIGINT NOT NULL,
    PRIMARY KEY (session, purpose)
);
CREATE INDEX account_challenge_made ON account_challenge (made);

-- When the session's person or member of staff has proven who they are.
ALTER TABLE account_session ADD COLUMN entered BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE account_session DROP COLUMN entered;
DROP TABLE account_challenge;
DROP TABLE account_passkey;
