-- What was told of a coverage, from a day on until the next row's: '-infinity': from the beginning.
ALTER TABLE known_coverage ADD COLUMN applies_from date NOT NULL DEFAULT '-infinity',
    DROP CONSTRAINT known_coverage_pkey, ADD PRIMARY KEY (person_id, scheme, insured_area, applies_from),
    -- Not in force on the very day from which it is told.
    ADD COLUMN ends_at_once boolean NOT NULL GENERATED ALWAYS AS (
        status <> 'normal' OR covered_from > applies_from OR coalesce(covered_until <= applies_from, false)
    ) STORED;
CREATE INDEX known_coverage_told ON known_coverage (applies_from) WHERE ends_at_once;
