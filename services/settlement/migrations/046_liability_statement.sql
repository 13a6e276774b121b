-- A statement is the month's, in every table; what a trauma patient signed about liability has its own name.
ALTER TABLE visit RENAME COLUMN statement_id TO liability_statement_id;
