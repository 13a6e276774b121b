-- Between which days a statement can have been paid: not before it was issued, not after it was reported.
ALTER TABLE known_statement ADD COLUMN issued_on date, ADD COLUMN booked_on date;
