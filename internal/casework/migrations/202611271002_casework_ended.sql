-- +goose Up
-- By when they ended, cases that came to nothing: what was handed in with
-- abandoned ones is deleted.
CREATE INDEX cases_ended ON cases (updated, id) WHERE ended = 'ended';

-- +goose Down
DROP INDEX cases_ended;
