-- What a discharge is undone by: the id that derives from its request; NULL where none ended the stay.
ALTER TABLE visit ADD COLUMN discharge_id text;
