-- +goose Up
-- In whose account a message stands (站内消息): whoever owned the case as its
-- applicant; '' nobody. NULL, of messages from before: not known yet, see Own.
ALTER TABLE message ADD COLUMN owner TEXT;
CREATE INDEX message_owner ON message (owner, id) WHERE owner <> '';
CREATE INDEX message_unowned ON message (case_id) WHERE owner IS NULL;

-- +goose Down
DROP INDEX message_unowned;
DROP INDEX message_owner;
ALTER TABLE message DROP COLUMN owner;
