-- +goose Up
-- Messages are handed over from the outbox itself: what is due is taken up,
-- codes in a lane of their own. Those that waited for a job are due now.
DROP INDEX message_due;
CREATE INDEX message_due ON message (kind, due) WHERE due > 0;
UPDATE message SET due = created WHERE state = 'queued';

-- +goose Down
DROP INDEX message_due;
CREATE INDEX message_due ON message (due) WHERE due > 0;
