-- What a discharge is undone by: the id that derives from its request; NULL where none ended the stay.
ALTER TABLE visit ADD COLUMN discharge_id text;
-- No page is due of a stay whose discharge was cancelled.
ALTER TABLE case_page ALTER COLUMN due_on DROP NOT NULL;
