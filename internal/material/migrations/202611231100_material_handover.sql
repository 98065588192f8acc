-- +goose Up
-- Hand-overs of an upload to a phone: at most one for each question of a case,
-- so a new one ends the older.
CREATE TABLE material_handover (
    case_id TEXT NOT NULL,
    field   TEXT NOT NULL,
    token   TEXT NOT NULL UNIQUE,   -- SHA-256 of what the QR code carries
    owner   TEXT NOT NULL,          -- whose hand the phone is
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    uses    BIGINT NOT NULL,
    PRIMARY KEY (case_id, field)
);
CREATE INDEX material_handover_expires ON material_handover (expires);

-- +goose Down
DROP TABLE material_handover;
