-- How an area takes filings from a day on; where it has set nothing, they are in force at once.
CREATE TABLE filing_rules (
    insured_area text NOT NULL,
    applies_from date NOT NULL,
    chain text NOT NULL,
    audited text[] NOT NULL,
    PRIMARY KEY (insured_area, applies_from)
);

-- filed_on is the day from which a filing was in force at the earliest, submitted_on that of the request.
ALTER TABLE filing ADD COLUMN chain text NOT NULL DEFAULT 'auto',
    ADD COLUMN steps_done int NOT NULL DEFAULT 0,
    ADD COLUMN submitted_on date,
    ADD COLUMN to_audit boolean NOT NULL DEFAULT false;
UPDATE filing SET submitted_on = filed_on;
ALTER TABLE filing ALTER COLUMN submitted_on SET NOT NULL;
-- What an agency has before it: filings to be reviewed, and to be audited.
CREATE INDEX filing_work ON filing (insured_area, filing_id) WHERE state = 'submitted' OR to_audit;

-- Reviews of filings, each step once; 'audit' is the one afterwards.
CREATE TABLE filing_review (
    filing_id text NOT NULL REFERENCES filing,
    step text NOT NULL,
    conclusion text NOT NULL,
    officer text NOT NULL,
    node_id text NOT NULL,
    reviewed_on date NOT NULL,
    opinion text NOT NULL,
    PRIMARY KEY (filing_id, step)
);
COMMENT ON TABLE filing_review IS 'append-only';

-- Institutions, by their node: a hospital files for the patients it refers, and for those who come to it.
CREATE TABLE known_institution (
    institution_id text PRIMARY KEY,
    node_id text NOT NULL,
    area text NOT NULL
);
CREATE INDEX known_institution_node ON known_institution (node_id);
