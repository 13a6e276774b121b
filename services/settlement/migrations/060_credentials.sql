-- Credentials (就医凭证) as enrollment tells them: keyed hashes and days.
CREATE TABLE known_credential (
    person_id text NOT NULL,
    credential_id text NOT NULL,
    credential text NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    revoked_on date,
    PRIMARY KEY (person_id, credential_id)
);
-- A stay whose patient has shown none yet; those of before had.
ALTER TABLE visit ADD COLUMN awaits_credential boolean NOT NULL DEFAULT false;
