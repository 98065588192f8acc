-- +goose Up
-- Which unit's case a name belongs to, so that somebody who looks among the
-- cases of a unit need not read those of the others.
CREATE TABLE case_gram_of_unit (
    gram    BIGINT NOT NULL,
    case_id TEXT NOT NULL,
    unit    TEXT NOT NULL,
    PRIMARY KEY (gram, case_id, unit)
);
INSERT INTO case_gram_of_unit (gram, case_id, unit)
    SELECT g.gram, g.case_id, c.unit FROM case_gram g JOIN cases c ON c.id = g.case_id ORDER BY g.gram, g.case_id;
DROP TABLE case_gram;
ALTER TABLE case_gram_of_unit RENAME TO case_gram;

-- +goose Down
CREATE TABLE case_gram_without_unit (
    gram    BIGINT NOT NULL,
    case_id TEXT NOT NULL,
    PRIMARY KEY (gram, case_id)
);
INSERT INTO case_gram_without_unit (gram, case_id) SELECT gram, case_id FROM case_gram;
DROP TABLE case_gram;
ALTER TABLE case_gram_without_unit RENAME TO case_gram;
