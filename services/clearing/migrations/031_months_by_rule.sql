-- A line's month follows from days alone: that of its business, and that on which its page and its review were had.
-- Every settlement's line is kept from the day it is heard, placed in a month or set aside with a reason.
-- The account's part is owed to the institution too, and every amount has five parts.
-- Lines from before keep their months; their account's part was never cleared.

DROP VIEW placed;
DROP VIEW owed;

ALTER TABLE line
    ADD COLUMN why text NOT NULL DEFAULT 'settled',
    ADD COLUMN treatment_area text,
    ADD COLUMN service_on date,
    ADD COLUMN account_fen bigint NOT NULL DEFAULT 0,
    ADD COLUMN aside text,
    ADD COLUMN told boolean NOT NULL DEFAULT false,
    ALTER COLUMN agreement_id DROP NOT NULL,
    ALTER COLUMN month DROP NOT NULL,
    ALTER COLUMN insured_center DROP NOT NULL,
    ALTER COLUMN treatment_center DROP NOT NULL,
    ADD CHECK ((month IS NULL) <> (aside IS NULL));
UPDATE line SET why = CASE WHEN line_id = settlement_id THEN 'settled' ELSE 'reversed' END,
    treatment_area = substr(institution_id, 2, 6), service_on = business_on;
ALTER TABLE line ALTER COLUMN treatment_area SET NOT NULL, ALTER COLUMN service_on SET NOT NULL;
COMMENT ON TABLE line IS 'settlements, reversals, recoveries and carried lines; unchanged once their month is sorted';

-- Lines that came back after a dispute are lines of their own.
INSERT INTO line (line_id, settlement_id, why, visit_id, person_id, institution_id, visit_kind, insured_area,
    treatment_area, scheme, service_on, business_on, total_fen, pool_fen, large_amount_fen, serious_illness_fen,
    assistance_fen, agreement_id, insured_center, treatment_center, month)
SELECT r.line_id || repeat('.d', (row_number() OVER (PARTITION BY r.line_id ORDER BY r.month))::int),
    l.settlement_id, 'carried', l.visit_id, l.person_id, l.institution_id, l.visit_kind, l.insured_area,
    l.treatment_area, l.scheme, l.service_on, l.business_on, l.total_fen, l.pool_fen, l.large_amount_fen,
    l.serious_illness_fen, l.assistance_fen, r.agreement_id, r.insured_center, r.treatment_center, r.month
FROM reentry r JOIN line l USING (line_id);
DROP TABLE reentry;

INSERT INTO line (line_id, settlement_id, why, visit_id, person_id, institution_id, visit_kind, insured_area,
    treatment_area, scheme, service_on, business_on, total_fen, pool_fen, large_amount_fen, serious_illness_fen,
    assistance_fen, aside, told)
SELECT line_id, settlement_id, CASE WHEN line_id = settlement_id THEN 'settled' ELSE 'reversed' END, visit_id,
    person_id, institution_id, visit_kind, insured_area, treatment_area, scheme, service_on, business_on,
    total_fen, pool_fen, large_amount_fen, serious_illness_fen, assistance_fen, 'unagreed', told
FROM unagreed;
DROP TABLE unagreed;

CREATE INDEX line_of_settlement ON line (settlement_id) WHERE line_id <> settlement_id;
CREATE INDEX line_aside ON line (aside, visit_id) WHERE aside IS NOT NULL;

-- The day on which the first case page of a visit came, whatever became of its discharge.
CREATE TABLE page_came (
    visit_id text PRIMARY KEY,
    received_on date NOT NULL
);
CREATE TABLE review (
    settlement_id text PRIMARY KEY,
    claim_id text NOT NULL,
    reviewed_on date NOT NULL,
    pool_fen bigint NOT NULL,
    large_amount_fen bigint NOT NULL,
    serious_illness_fen bigint NOT NULL,
    assistance_fen bigint NOT NULL,
    account_fen bigint NOT NULL
);
COMMENT ON TABLE review IS 'append-only: what was accepted of settlements';
INSERT INTO review
    SELECT c.settlement_id, c.claim_id, k.reviewed_on, l.pool_fen, l.large_amount_fen, l.serious_illness_fen,
           l.assistance_fen, 0
    FROM claimed c JOIN claim k USING (claim_id) JOIN line l ON l.line_id = c.settlement_id;
DROP TABLE claimed;

CREATE TABLE decision (
    line_id text COLLATE "C" PRIMARY KEY,
    statement_id text COLLATE "C" NOT NULL REFERENCES statement,
    decided_on date NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('rejected', 'upheld', 'adjusted')),
    accepted bigint[]
);
COMMENT ON TABLE decision IS 'append-only: how disputes were decided; accepted: fen per fund';
INSERT INTO decision
    SELECT DISTINCT ON (d.line_id) d.line_id, d.statement_id, p.since, 'rejected', NULL
    FROM dispute d JOIN progress p USING (statement_id)
    WHERE EXISTS (SELECT FROM line l WHERE l.line_id = d.line_id || '.d') ORDER BY d.line_id, p.since;
CREATE TABLE admission (
    line_id text COLLATE "C" PRIMARY KEY,
    admitted_on date NOT NULL
);
COMMENT ON TABLE admission IS 'append-only: late lines that were let in';

ALTER TABLE posting ADD COLUMN account_fen bigint NOT NULL DEFAULT 0;
ALTER TABLE posting DROP CONSTRAINT posting_event_check, ADD CHECK (event IN ('SETTLED', 'ADVANCE_ACCEPTED',
    'INSTITUTION_PAID', 'STATEMENT_PAID', 'PAID_BEYOND_QUOTA', 'PREFUND_FUNDED', 'CENTERS_CHANGED'));
ALTER TABLE balance ADD COLUMN account_fen bigint NOT NULL DEFAULT 0;
ALTER TABLE payable ADD COLUMN account_fen bigint NOT NULL DEFAULT 0;
ALTER TABLE payment_due ADD COLUMN account_fen bigint NOT NULL DEFAULT 0;
ALTER TABLE payment ADD COLUMN account_fen bigint NOT NULL DEFAULT 0;
ALTER TABLE dispute ADD COLUMN account_fen bigint NOT NULL DEFAULT 0,
    ADD COLUMN evidence text[] NOT NULL DEFAULT '{}', ADD COLUMN disputed_on date, ADD COLUMN decide_by date;
UPDATE dispute d SET disputed_on = p.since, decide_by = p.since FROM progress p WHERE p.statement_id = d.statement_id;
ALTER TABLE dispute ALTER COLUMN disputed_on SET NOT NULL, ALTER COLUMN decide_by SET NOT NULL;
ALTER TABLE manifest ADD COLUMN csv_sha256 text;
ALTER TABLE statement ADD COLUMN by_area jsonb NOT NULL DEFAULT '{}';

-- What institutions are owed, and why: new lines, what became payable, what a payment left open. What is carried
-- after a dispute is not owed again; what an upheld one takes back is payable, below zero.
CREATE VIEW owed AS
    SELECT 'LINE' AS why, agreement_id, month, institution_id,
           pool_fen, large_amount_fen, serious_illness_fen, assistance_fen, account_fen
    FROM line WHERE month IS NOT NULL AND line_id NOT LIKE '%.d'
    UNION ALL
    SELECT 'PAYABLE', agreement_id, month, institution_id,
           pool_fen, large_amount_fen, serious_illness_fen, assistance_fen, account_fen
    FROM payable
    UNION ALL
    SELECT 'CARRIED', agreement_id, month, institution_id,
           d.pool_fen - coalesce(p.pool_fen, 0), d.large_amount_fen - coalesce(p.large_amount_fen, 0),
           d.serious_illness_fen - coalesce(p.serious_illness_fen, 0),
           d.assistance_fen - coalesce(p.assistance_fen, 0), d.account_fen - coalesce(p.account_fen, 0)
    FROM payment_due d LEFT JOIN payment p USING (agreement_id, month, institution_id);
GRANT SELECT ON owed TO yidi_clearing, yidi_reader;
