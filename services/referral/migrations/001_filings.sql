-- Filings; ends_on is exclusive, none = open. partition: the person's, as the expiry job reads them.
CREATE TABLE filing (
    filing_id text PRIMARY KEY,
    person_id text NOT NULL,
    partition int NOT NULL,
    request_id text NOT NULL,
    kind text NOT NULL,
    scheme text NOT NULL,
    insured_area text NOT NULL,
    destination_area text NOT NULL,
    starts_on date NOT NULL,
    ends_on date,
    filed_on date NOT NULL,
    channel text NOT NULL,
    certificate_id text,
    continues_filing_id text,
    replaces_filing_id text,
    evidence text[] NOT NULL,
    state text NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX filing_person ON filing (person_id);
CREATE INDEX filing_expiry ON filing (partition, ends_on)
    WHERE state = 'in_force' AND ends_on IS NOT NULL;
-- One long-term filing in force a person (001 (八)); only those have no end.
CREATE UNIQUE INDEX filing_long_term ON filing (person_id) WHERE state = 'in_force' AND ends_on IS NULL;

-- Persons' coverage, as enrollment told it last.
CREATE TABLE known_coverage (
    person_id text NOT NULL,
    scheme text NOT NULL,
    insured_area text NOT NULL,
    status text NOT NULL,
    covered_from date NOT NULL,
    covered_until date,
    PRIMARY KEY (person_id, scheme, insured_area)
);
CREATE INDEX known_coverage_end ON known_coverage (covered_until) WHERE covered_until IS NOT NULL;
