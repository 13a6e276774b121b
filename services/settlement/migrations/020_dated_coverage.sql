-- What was told of a coverage, from a day on until the next row's: '-infinity': from the beginning.
ALTER TABLE known_coverage ADD COLUMN applies_from date NOT NULL DEFAULT '-infinity',
    DROP CONSTRAINT known_coverage_pkey, ADD PRIMARY KEY (person_id, scheme, insured_area, applies_from);
