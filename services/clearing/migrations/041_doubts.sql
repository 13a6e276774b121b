-- Settlements that may be about care that another visit was settled for: persons review their claims.
CREATE TABLE doubt (
    settlement_id text COLLATE "C" NOT NULL,
    other_visit_id text COLLATE "C" NOT NULL,
    doubt text NOT NULL,
    told_on date NOT NULL,
    PRIMARY KEY (settlement_id, other_visit_id)
);
COMMENT ON TABLE doubt IS 'append-only: what was told to be in doubt';

-- What recoveries took back of a year's statements.
CREATE INDEX line_recovered ON line (month) WHERE why = 'recovered';
