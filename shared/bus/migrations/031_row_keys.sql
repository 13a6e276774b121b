-- A page stands aside for all its rows: what is about any of them waits behind it. Of a message of one row, none.
ALTER TABLE held ADD COLUMN row_keys text[] NOT NULL DEFAULT '{}';
