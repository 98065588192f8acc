-- +goose Up
-- When a member of staff left (离岗); 0: at work. The row stays: cases name them.
ALTER TABLE account_staff ADD COLUMN gone BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE account_staff DROP COLUMN gone;
