-- Copies of what enrollment and referral own, as far as a settlement needs them.
CREATE TABLE known_coverage (
    person_id text NOT NULL,
    scheme text NOT NULL,
    insured_area text NOT NULL,
    status text NOT NULL,
    retired boolean NOT NULL,
    identities text[] NOT NULL,
    covered_from date NOT NULL,
    covered_until date,
    account_balance_fen bigint NOT NULL,
    PRIMARY KEY (person_id, scheme, insured_area)
);

CREATE TABLE known_filing (
    person_id text NOT NULL,
    filing_id text NOT NULL,
    counts_as text NOT NULL,
    destination_area text NOT NULL,
    starts_on date NOT NULL,
    ends_on date,
    PRIMARY KEY (person_id, filing_id)
);

CREATE TABLE known_institution (
    institution_id text PRIMARY KEY,
    node_id text NOT NULL,
    area text NOT NULL,
    tier text NOT NULL,
    services text[] NOT NULL,
    status text NOT NULL
);

CREATE TABLE known_agreement (
    agreement_id text PRIMARY KEY,
    insured_area text NOT NULL,
    treatment_area text NOT NULL,
    schemes text[] NOT NULL,
    in_force_from date NOT NULL,
    in_force_until date NOT NULL
);

CREATE TABLE known_policy (
    policy_id text PRIMARY KEY,
    insured_area text NOT NULL,
    scheme text NOT NULL,
    in_force_from date NOT NULL,
    in_force_until date NOT NULL,
    issuer_level text NOT NULL,
    digest text NOT NULL,
    body text NOT NULL
);

CREATE TABLE known_catalogue_page (
    page_id text PRIMARY KEY,
    area text NOT NULL,
    in_force_from date NOT NULL,
    items text NOT NULL
);
CREATE INDEX known_catalogue_area ON known_catalogue_page (area);

-- Marks each change of what processes keep in memory: 'policies', 'agreements', 'catalogue 510100'. A random
-- token, so that no two databases, nor one restored, ever mean different things by the same one.
CREATE TABLE known_version (
    subject text PRIMARY KEY,
    token uuid NOT NULL
) WITH (fillfactor = 50);
