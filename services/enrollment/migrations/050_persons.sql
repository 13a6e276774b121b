-- Who a person is: encrypted with the key `key_id` of the ring, bound to the person's id. Sex and month of birth are
-- what others are told. `digest` is a keyed hash of all of it.
CREATE TABLE person_identity (
    person_id text PRIMARY KEY,
    version int NOT NULL,
    digest text NOT NULL,
    sex text NOT NULL CHECK (sex IN ('male', 'female')),
    birth_month text NOT NULL,
    key_id text NOT NULL,
    content bytea NOT NULL
);
CREATE INDEX person_identity_key ON person_identity (key_id, person_id);

-- Credentials (就医凭证) by the keyed hash of kind and number, which stand nowhere. Both ends are exclusive.
CREATE TABLE credential (
    person_id text NOT NULL,
    credential_id text NOT NULL,
    credential text NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    revoked_on date,
    PRIMARY KEY (person_id, credential_id)
);
-- A credential is one person's.
CREATE UNIQUE INDEX credential_in_force ON credential (credential_id) WHERE revoked_on IS NULL;
CREATE INDEX credential_by_hash ON credential (credential_id);
