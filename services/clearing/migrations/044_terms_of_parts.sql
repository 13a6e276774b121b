-- A later part of a stay that was settled in between (中途结算) is cleared under the agreement of the admission.
ALTER TABLE line ADD COLUMN terms_on date;
