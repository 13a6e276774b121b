-- How many attempts of a visit settled a part of it in between (中途结算) or were claims by hand: the first of the others
-- is the exchange that is due when the patient leaves.
ALTER TABLE visit ADD COLUMN attempts_apart int NOT NULL DEFAULT 0;
