-- A filing counts for the coverage it was made under; NULL where that was not told.
ALTER TABLE known_filing ADD COLUMN insured_area text, ADD COLUMN scheme text;
