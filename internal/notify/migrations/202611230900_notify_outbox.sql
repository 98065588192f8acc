-- +goose Up
-- One row per message. Number and text are sealed under the installation's key
-- and emptied when the case is forgotten.
CREATE TABLE message (
    id            TEXT PRIMARY KEY,   -- sortable by time; goes out to the carrier
    case_id       TEXT NOT NULL,
    seq           BIGINT NOT NULL,    -- the event that caused it
    place         BIGINT NOT NULL,    -- among the event's messages
    kind          TEXT NOT NULL,      -- notice, code
    party         TEXT NOT NULL,
    template      TEXT NOT NULL,
    number_index  TEXT NOT NULL,      -- blind index
    sealed        BYTEA NOT NULL,     -- number, variables, text
    segments      BIGINT NOT NULL,
    night         BOOLEAN NOT NULL,
    state         TEXT NOT NULL,
    hold          TEXT NOT NULL,      -- why it is held
    due           BIGINT NOT NULL,    -- when the sweep looks at it; 0: never again
    attempts      BIGINT NOT NULL,
    counted       TEXT NOT NULL,      -- the day whose share it took; '' none
    provider      TEXT NOT NULL,
    provider_id   TEXT NOT NULL,
    reason        TEXT NOT NULL,      -- why it was not sent or not delivered
    provider_code TEXT NOT NULL,
    created       BIGINT NOT NULL,
    sent          BIGINT NOT NULL,
    settled       BIGINT NOT NULL
);
CREATE UNIQUE INDEX message_act ON message (case_id, seq, place) WHERE kind = 'notice';
CREATE INDEX message_due ON message (due) WHERE due > 0;
CREATE INDEX message_number ON message (number_index, id);
CREATE INDEX message_provider ON message (provider_id) WHERE provider_id <> '';
CREATE INDEX message_code ON message (created) WHERE kind = 'code' AND number_index <> '';

-- How many notices a number got on a day, over all cases; template '' is all.
CREATE TABLE message_share (
    number_index TEXT NOT NULL,
    day          TEXT NOT NULL,
    template     TEXT NOT NULL,
    used         BIGINT NOT NULL,
    PRIMARY KEY (number_index, day, template)
);

-- +goose Down
DROP TABLE message_share;
DROP TABLE message;
