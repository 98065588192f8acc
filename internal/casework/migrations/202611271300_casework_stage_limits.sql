-- +goose Up
-- Where a stage has a limit of its own that ends before the case's, or the case
-- has none, near and queued are of that one; see Deadline. So they are filled in
-- anew, also of cases that were stopped when their limit was over already.
UPDATE cases SET listed = 0 WHERE ended = '' AND (due > 0 OR queued >= 9007199254740992);

-- +goose Down
UPDATE cases SET listed = 0 WHERE ended = '' AND (due > 0 OR queued >= 9007199254740992);
