-- An institution's books (对账): its direct settlements are found by day without reading those of all others. A
-- claim by hand is its insured area's, not the institution's; so the mark stands with the settlement, since a
-- visit may turn from one way to the other. Few different keys: the index stays small, and costs a settlement little.
ALTER TABLE settlement ADD COLUMN institution_id text, ADD COLUMN direct boolean NOT NULL DEFAULT true;
UPDATE settlement s SET institution_id = v.institution_id, direct = NOT v.manual
FROM visit v WHERE v.visit_id = s.visit_id;
CREATE INDEX settlement_books ON settlement (institution_id, settled_on) WHERE direct;
