-- +goose Up
-- What is left of a name without place and form of business: names that share
-- it are similar. Empty until the room has worked it out (Room.KeyNames).
ALTER TABLE registry_entity ADD COLUMN core TEXT;
CREATE INDEX registry_entity_core ON registry_entity (core, region);

-- +goose Down
DROP INDEX registry_entity_core;
ALTER TABLE registry_entity DROP COLUMN core;
