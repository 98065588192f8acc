-- +goose Up
-- Lists are sorted by queued; nobody sorts an owner's, an applicant's or a
-- helper's cases by updated, which every act changes.
DROP INDEX cases_owner;
DROP INDEX cases_applicant;
DROP INDEX cases_helper;
CREATE INDEX cases_owner ON cases (owner);
CREATE INDEX cases_applicant ON cases (applicant);
CREATE INDEX cases_helper ON cases (helper);

-- +goose Down
DROP INDEX cases_owner;
DROP INDEX cases_applicant;
DROP INDEX cases_helper;
CREATE INDEX cases_owner ON cases (owner, updated);
CREATE INDEX cases_applicant ON cases (applicant, updated);
CREATE INDEX cases_helper ON cases (helper, updated);
