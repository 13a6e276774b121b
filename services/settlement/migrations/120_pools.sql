-- Who pools for an area and scheme from a day on (统筹层次); none: as if nothing were told.
CREATE TABLE known_pool (
    area text NOT NULL,
    scheme text NOT NULL,
    applies_from date NOT NULL,
    pooling_area text,
    under_province boolean NOT NULL,
    PRIMARY KEY (area, scheme, applies_from)
);

-- The pooling area of the place of treatment on the day of care; '': none was told.
ALTER TABLE visit ADD COLUMN treatment_pool text NOT NULL DEFAULT '';
