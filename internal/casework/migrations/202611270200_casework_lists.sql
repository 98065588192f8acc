-- +goose Up
-- What work lists are read by. An index of what waits for the staff holds
-- nothing else, so that saving a draft costs no list anything.
ALTER TABLE cases ADD COLUMN desk BIGINT NOT NULL DEFAULT 0;   -- 1: the staff act next
ALTER TABLE cases ADD COLUMN near BIGINT NOT NULL DEFAULT 0;   -- when little of the limit is left; 0: none is running
ALTER TABLE cases ADD COLUMN listed BIGINT NOT NULL DEFAULT 0; -- 1: these columns are filled in; see relist

DROP INDEX cases_queue;
DROP INDEX cases_county;
DROP INDEX cases_subject;
CREATE INDEX cases_unlisted ON cases (id) WHERE listed = 0;
CREATE INDEX cases_subject ON cases (subject, id);
CREATE INDEX cases_number ON cases (number, id) WHERE number <> '';
CREATE INDEX cases_recent ON cases (updated, id) WHERE number <> '';
CREATE INDEX cases_recent_unit ON cases (unit, updated, id) WHERE number <> '';
CREATE INDEX cases_desk ON cases (queued, id) WHERE desk = 1;
CREATE INDEX cases_desk_unit ON cases (unit, queued, id) WHERE desk = 1;
CREATE INDEX cases_desk_stage ON cases (stage, queued, id) WHERE desk = 1;
CREATE INDEX cases_desk_unit_stage ON cases (unit, stage, queued, id) WHERE desk = 1;
CREATE INDEX cases_desk_item ON cases (item, queued, id) WHERE desk = 1;
CREATE INDEX cases_desk_unit_item ON cases (unit, item, queued, id) WHERE desk = 1;
CREATE INDEX cases_desk_holder ON cases (holder, queued, id) WHERE desk = 1;
CREATE INDEX cases_desk_near ON cases (near, id) WHERE desk = 1 AND near > 0;
CREATE INDEX cases_desk_unit_near ON cases (unit, near, id) WHERE desk = 1 AND near > 0;

-- Pairs of neighbouring characters of the names of cases handed in, by which
-- part of a name is found.
CREATE TABLE case_gram (
    gram    BIGINT NOT NULL,
    case_id TEXT NOT NULL,
    PRIMARY KEY (gram, case_id)
);

-- +goose Down
DROP TABLE case_gram;
DROP INDEX cases_desk_unit_near;
DROP INDEX cases_desk_near;
DROP INDEX cases_desk_holder;
DROP INDEX cases_desk_unit_item;
DROP INDEX cases_desk_item;
DROP INDEX cases_desk_unit_stage;
DROP INDEX cases_desk_stage;
DROP INDEX cases_desk_unit;
DROP INDEX cases_desk;
DROP INDEX cases_recent_unit;
DROP INDEX cases_recent;
DROP INDEX cases_number;
DROP INDEX cases_subject;
DROP INDEX cases_unlisted;
ALTER TABLE cases DROP COLUMN listed;
ALTER TABLE cases DROP COLUMN near;
ALTER TABLE cases DROP COLUMN desk;
CREATE INDEX cases_subject ON cases (subject, item, created);
CREATE INDEX cases_queue ON cases (unit, stage, queued, id);
CREATE INDEX cases_county ON cases (stage, queued, id);
