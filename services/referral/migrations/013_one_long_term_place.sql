-- A filing that is made and one that ends are written one after the other: looked at with COMMIT.
DROP INDEX filing_long_term;
ALTER TABLE filing ADD CONSTRAINT filing_long_term EXCLUDE (person_id WITH =)
    WHERE (state = 'in_force' AND ends_on IS NULL) DEFERRABLE INITIALLY DEFERRED;
