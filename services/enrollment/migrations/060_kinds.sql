-- Which kinds of subject there are is said in one place, services/enrollment/model.py: a list here would have
-- to be written anew with each.
ALTER TABLE register DROP CONSTRAINT IF EXISTS register_kind_check;
