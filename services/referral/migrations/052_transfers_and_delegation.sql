-- From where a patient is referred onwards: the place a long-term filing leads to; none: from home.
ALTER TABLE filing ADD COLUMN referred_from text;
-- Whom agreements leave the review of referrals to, period by period (004-2 四).
CREATE TABLE known_delegation (
    agreement_id text NOT NULL,
    in_force_from date NOT NULL,
    in_force_until date NOT NULL,
    insured_area text NOT NULL,
    treatment_area text NOT NULL,
    schemes text[] NOT NULL,
    review_delegated boolean NOT NULL,
    PRIMARY KEY (agreement_id, in_force_from)
);
CREATE INDEX known_delegation_insured ON known_delegation (insured_area);
