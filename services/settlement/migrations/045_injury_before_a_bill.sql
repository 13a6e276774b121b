-- What was known of the visit's trauma before it was paid whole: there it goes back if that is undone.
ALTER TABLE self_paid_bill ADD COLUMN injury_before text;
ALTER TABLE self_paid_bill ADD COLUMN statement_before text;
