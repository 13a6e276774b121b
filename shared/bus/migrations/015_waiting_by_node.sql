-- Whose later messages of the key wait behind a message that stands aside: those of the node that asked; of a
-- fact, which names none, everybody's.
ALTER TABLE held ADD COLUMN asker text NOT NULL DEFAULT '';
