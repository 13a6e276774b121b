-- The institutions that a filing's person has chosen (异地定点医院); none named: all of its place.
ALTER TABLE known_filing ADD COLUMN institutions text[] NOT NULL DEFAULT '{}';
