-- Which discharge asked for a case page: a page counts only while that one was not cancelled, whichever of the two
-- is heard first.
ALTER TABLE known_case_page ADD COLUMN discharge_id text NOT NULL DEFAULT '';
CREATE TABLE void_discharge (
    discharge_id text PRIMARY KEY
);
