-- +goose Up
-- What somebody wants an SMS of, kind by kind; what is not here is left to
-- their unit.
CREATE TABLE notice_answer (
    staff  TEXT NOT NULL,
    kind   TEXT NOT NULL,
    answer TEXT NOT NULL,         -- yes, no
    PRIMARY KEY (staff, kind)
);
INSERT INTO notice_answer (staff, kind, answer)
    SELECT c.staff, k.kind, c.unit FROM notice_choice c
    JOIN (SELECT 'asked' AS kind UNION ALL SELECT 'reminded' UNION ALL SELECT 'recalled' UNION ALL SELECT 'moved') k ON c.unit <> '';
INSERT INTO notice_answer (staff, kind, answer)
    SELECT c.staff, k.kind, c.own FROM notice_choice c
    JOIN (SELECT 'given' AS kind UNION ALL SELECT 'visit' UNION ALL SELECT 'substitute') k ON c.own <> '';
DROP TABLE notice_choice;
-- Read ones are cleared away after a while.
CREATE INDEX notice_seen ON notice (seen) WHERE seen > 0;

-- +goose Down
DROP INDEX notice_seen;
CREATE TABLE notice_choice (
    staff TEXT PRIMARY KEY,
    unit  TEXT NOT NULL,
    own   TEXT NOT NULL
);
INSERT INTO notice_choice (staff, unit, own)
    SELECT staff, coalesce(max(CASE WHEN kind = 'asked' THEN answer END), ''), coalesce(max(CASE WHEN kind = 'given' THEN answer END), '')
    FROM notice_answer GROUP BY staff;
DROP TABLE notice_answer;
