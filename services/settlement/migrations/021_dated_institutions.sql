-- What was told of an institution, from a day on until the next row's: '-infinity': from the beginning.
ALTER TABLE known_institution ADD COLUMN applies_from date NOT NULL DEFAULT '-infinity',
    DROP CONSTRAINT known_institution_pkey, ADD PRIMARY KEY (institution_id, applies_from);
