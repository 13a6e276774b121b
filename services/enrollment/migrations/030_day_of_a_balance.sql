-- The day at whose beginning the personal account held its balance; NULL where none was given.
ALTER TABLE coverage ADD COLUMN account_balance_on date;
