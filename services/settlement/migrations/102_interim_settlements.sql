-- A stay settled in between (中途结算) is several visits: when it began, how many of the chain are parts of it, and
-- the deductible that each owed.
ALTER TABLE visit ADD COLUMN begun_on date;
ALTER TABLE visit ADD COLUMN parts int NOT NULL DEFAULT 0;
ALTER TABLE visit ADD COLUMN deductible_due_fen bigint NOT NULL DEFAULT 0;
