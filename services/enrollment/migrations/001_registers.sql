-- What is registered, as it was given last; `version` counts its changes.
CREATE TABLE register (
    kind text NOT NULL CHECK (kind IN ('node', 'institution', 'center', 'agreement', 'policy', 'catalogue')),
    subject_id text NOT NULL,
    version int NOT NULL,
    content jsonb NOT NULL,
    PRIMARY KEY (kind, subject_id)
);
-- Whose areas a node speaks for.
CREATE INDEX register_center_node ON register ((content ->> 'node_id')) WHERE kind = 'center';

-- The first node, which registers all the others.
INSERT INTO register VALUES
    ('node', 'operator', 1, '{"node_id": "operator", "name": "operator", "kind": "operator"}');

-- The public directory (000 三(二)3): who is open to people from outside, and for what.
CREATE VIEW directory AS
SELECT
    subject_id AS institution_id,
    content ->> 'name' AS name,
    content ->> 'area' AS area,
    content ->> 'tier' AS tier,
    ARRAY(SELECT jsonb_array_elements_text(content -> 'services')) AS services
FROM register
WHERE kind = 'institution' AND content ->> 'status' = 'published';

GRANT SELECT ON directory TO yidi_enrollment, yidi_reader;

-- Persons' coverage. covered_until is exclusive.
CREATE TABLE coverage (
    person_id text NOT NULL,
    scheme text NOT NULL,
    insured_area text NOT NULL,
    version int NOT NULL,
    status text NOT NULL,
    retired boolean NOT NULL,
    identities text[] NOT NULL,
    covered_from date NOT NULL,
    covered_until date,
    account_balance_fen bigint NOT NULL,
    PRIMARY KEY (person_id, scheme, insured_area)
);
-- One basic scheme a person: open-ended coverages always overlap, so there is at most one (000 五(三)).
CREATE UNIQUE INDEX coverage_open ON coverage (person_id)
    WHERE status <> 'terminated' AND covered_until IS NULL;

-- The days that were opened.
CREATE TABLE opened_day (
    opened_on date PRIMARY KEY,
    is_working_day boolean NOT NULL,
    working_day_number int NOT NULL,
    provisional boolean NOT NULL
);
