-- +goose Up
-- Short names by which messages lead to the page on which a case is rated.
CREATE TABLE rating_link (
    mark    TEXT PRIMARY KEY,  -- blind index of the name; the name is in the message only
    case_id TEXT NOT NULL UNIQUE
);

-- +goose Down
DROP TABLE rating_link;
