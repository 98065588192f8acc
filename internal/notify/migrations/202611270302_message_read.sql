-- +goose Up
-- Which messages somebody has read in their account (站内消息).
CREATE TABLE message_read (
    reader     TEXT NOT NULL,   -- account, or the browser's session where there is none
    message_id TEXT NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (reader, message_id)
);

-- +goose Down
DROP TABLE message_read;
