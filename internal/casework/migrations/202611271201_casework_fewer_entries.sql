-- +goose Up
-- Most cases have no holder and no helper, and drafts neither subject nor
-- applicant: nobody looks for them by that, so no index has to know.
DROP INDEX cases_desk_holder;
DROP INDEX cases_helper;
DROP INDEX cases_subject;
DROP INDEX cases_applicant;
CREATE INDEX cases_desk_holder ON cases (holder, queued, id) WHERE desk = 1 AND holder <> '';
CREATE INDEX cases_helper ON cases (helper) WHERE helper <> '';
CREATE INDEX cases_subject ON cases (subject, id) WHERE subject <> '';
CREATE INDEX cases_applicant ON cases (applicant) WHERE applicant <> '';

-- +goose Down
DROP INDEX cases_desk_holder;
DROP INDEX cases_helper;
DROP INDEX cases_subject;
DROP INDEX cases_applicant;
CREATE INDEX cases_desk_holder ON cases (holder, queued, id) WHERE desk = 1;
CREATE INDEX cases_helper ON cases (helper);
CREATE INDEX cases_subject ON cases (subject, id);
CREATE INDEX cases_applicant ON cases (applicant);
