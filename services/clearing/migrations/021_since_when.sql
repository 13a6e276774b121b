-- Since when a statement is in its state: it cannot have been paid before it was confirmed.
ALTER TABLE progress ADD COLUMN since date;
UPDATE progress p SET since = s.sorted_on FROM statement s WHERE s.statement_id = p.statement_id;
ALTER TABLE progress ALTER COLUMN since SET NOT NULL;
