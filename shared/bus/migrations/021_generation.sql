-- How often a stream's offsets have begun anew: once more when a refilled broker is read from its beginning.
ALTER TABLE stream ADD COLUMN generation int NOT NULL DEFAULT 1;
