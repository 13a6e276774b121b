-- What the sender of an upload counts, quantity × price of each line; a return comes to what it returns instead.
ALTER TABLE upload ADD COLUMN counted_fen bigint;
UPDATE upload SET counted_fen = total_fen;
ALTER TABLE upload ALTER COLUMN counted_fen SET NOT NULL;
