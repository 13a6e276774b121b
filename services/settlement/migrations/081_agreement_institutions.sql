-- The institutions that an agreement opens (选定的定点机构); none named: all of the treatment place.
ALTER TABLE known_agreement ADD COLUMN institutions text[] NOT NULL DEFAULT '{}';
