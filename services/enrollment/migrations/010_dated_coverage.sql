-- What was told of a coverage, from a day on (applies_from) until something else was told (applies_until): care
-- of a day goes by what held on it.
ALTER TABLE coverage ADD COLUMN applies_from date, ADD COLUMN applies_until date;
UPDATE coverage SET applies_from = covered_from;
ALTER TABLE coverage ALTER COLUMN applies_from SET NOT NULL,
    DROP CONSTRAINT coverage_pkey, ADD PRIMARY KEY (person_id, scheme, insured_area, applies_from);
DROP INDEX coverage_open;
CREATE UNIQUE INDEX coverage_open ON coverage (person_id)
    WHERE status <> 'terminated' AND covered_until IS NULL AND applies_until IS NULL;
