-- +goose Up
-- Who is away from when to when, and who stands in.
CREATE TABLE account_absence (
    id         TEXT PRIMARY KEY,
    staff      TEXT NOT NULL,
    substitute TEXT NOT NULL,
    begins     BIGINT NOT NULL,
    ends       BIGINT NOT NULL,
    by_staff   TEXT NOT NULL,  -- who put it down: themselves or their head
    made       BIGINT NOT NULL
);
CREATE INDEX account_absence_staff ON account_absence (staff, ends);
CREATE INDEX account_absence_substitute ON account_absence (substitute, ends);

-- +goose Down
DROP TABLE account_absence;
