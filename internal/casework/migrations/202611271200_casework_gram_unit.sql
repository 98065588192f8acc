-- +goose Up
-- Which unit's case a name belongs to, so that somebody who looks among the
-- cases of a unit need not read those of the others.
CREATE TABLE case_gram_of_unit (
    gram    BIGINT NOT NULL,
    case_id TEXT NOT NULL,
    unit    TEXT NOT NULL,
    PRIMARY KEY (gram, case_id, unit)
);
-- Units apart from their cases fit into memory: there are twenty names' runs to
-- a case, in no order of cases.
CREATE TABLE case_unit_once (id TEXT PRIMARY KEY, unit TEXT NOT NULL);
INSERT INTO case_unit_once (id, unit) SELECT id, unit FROM cases WHERE number <> '' ORDER BY id;
INSERT INTO case_gram_of_unit (gram, case_id, unit)
    SELECT g.gram, g.case_id, c.unit FROM case_gram g JOIN case_unit_once c ON c.id = g.case_id ORDER BY g.gram, g.case_id;
DROP TABLE case_unit_once;
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
