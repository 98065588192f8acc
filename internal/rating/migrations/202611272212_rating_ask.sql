-- +goose Up
-- Who was asked to rate something, and when they are reminded.
CREATE TABLE rating_ask (
    case_id TEXT NOT NULL,
    moment  TEXT NOT NULL,
    asked   BIGINT NOT NULL,
    due     BIGINT NOT NULL,  -- of the reminder; 0: none any more
    PRIMARY KEY (case_id, moment)
);
CREATE INDEX rating_ask_due ON rating_ask (due) WHERE due > 0;

-- +goose Down
DROP TABLE rating_ask;
