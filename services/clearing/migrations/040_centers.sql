-- The copies of the registers say what centers and institutions are called; of a center also on which days it acts,
-- and where it is paid. What was heard before has none of these until it is registered once more, or the copy is
-- rebuilt from the topics.

ALTER TABLE known_center ADD COLUMN name text NOT NULL DEFAULT '', ADD COLUMN in_force_from date,
    ADD COLUMN in_force_until date, ADD COLUMN bank_account jsonb;
ALTER TABLE known_institution ADD COLUMN name text NOT NULL DEFAULT '';
