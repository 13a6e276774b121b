-- A day is cleared by the terms of that day: known_agreement now holds the terms in use, those by which the
-- prefund is funded, and follows known_period when a period begins.

-- With whom a line was entered: a month's statement takes over what was entered with other centers, and the
-- entry that moves it names an account twice, once for each holder.
ALTER TABLE posting DROP CONSTRAINT posting_pkey, ADD PRIMARY KEY (entry_id, account, party);
ALTER TABLE posting DROP CONSTRAINT posting_event_check, ADD CHECK (event IN
    ('SETTLED', 'ADVANCE_ACCEPTED', 'INSTITUTION_PAID', 'STATEMENT_PAID', 'PREFUND_FUNDED', 'CENTERS_CHANGED'));

ALTER TABLE line ADD COLUMN insured_center text, ADD COLUMN treatment_center text;
UPDATE line l SET
    insured_center = coalesce((SELECT party FROM posting p
        WHERE p.entry_id = l.line_id AND p.account = 'fund_payable'), a.agreement ->> 'insured_center'),
    treatment_center = coalesce((SELECT party FROM posting p
        WHERE p.entry_id = l.line_id AND p.account = 'center_receivable'), a.agreement ->> 'treatment_center')
FROM known_agreement a WHERE a.agreement_id = l.agreement_id;
ALTER TABLE line ALTER COLUMN insured_center SET NOT NULL, ALTER COLUMN treatment_center SET NOT NULL;

ALTER TABLE reentry ADD COLUMN insured_center text, ADD COLUMN treatment_center text;
UPDATE reentry r SET insured_center = l.insured_center, treatment_center = l.treatment_center
FROM line l WHERE l.line_id = r.line_id;
ALTER TABLE reentry ALTER COLUMN insured_center SET NOT NULL, ALTER COLUMN treatment_center SET NOT NULL;

CREATE OR REPLACE VIEW placed AS
    SELECT agreement_id, scheme, month, business_on, institution_id, line_id, settlement_id, person_id,
           visit_kind, insured_area, total_fen, pool_fen, large_amount_fen, serious_illness_fen, assistance_fen,
           pool_fen + large_amount_fen + serious_illness_fen + assistance_fen AS fund_fen,
           insured_center, treatment_center
    FROM line
    UNION ALL
    SELECT r.agreement_id, r.scheme, r.month, r.business_on, r.institution_id, l.line_id, l.settlement_id,
           l.person_id, l.visit_kind, l.insured_area, l.total_fen, l.pool_fen, l.large_amount_fen,
           l.serious_illness_fen, l.assistance_fen,
           l.pool_fen + l.large_amount_fen + l.serious_illness_fen + l.assistance_fen,
           r.insured_center, r.treatment_center
    FROM reentry r JOIN line l USING (line_id);
