-- Persons' credentials, as enrollment told them last: what a filing is checked by.
CREATE TABLE known_credential (
    person_id text NOT NULL,
    credential_id text NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    revoked_on date,
    PRIMARY KEY (person_id, credential_id)
);
-- By how many basis points a policy pays less of care elsewhere.
CREATE TABLE known_policy_cuts (
    policy_id text PRIMARY KEY,
    long_term int NOT NULL,
    referral int NOT NULL,
    emergency int NOT NULL,
    other_temporary int NOT NULL
);
-- What was found when a filing was made (003 四), and what it was told of its benefit; none before.
ALTER TABLE filing ADD COLUMN certificate_issuer_id text,
    ADD COLUMN credential_check text,
    ADD COLUMN destination_opened boolean,
    ADD COLUMN cut_bp int,
    ADD COLUMN referring_tier text;
-- Which tier refers to which (分级诊疗); none where it is not known.
ALTER TABLE referral_announcement ADD COLUMN referring_tier text,
    ADD COLUMN receiving_tier text,
    ADD COLUMN direction text;
