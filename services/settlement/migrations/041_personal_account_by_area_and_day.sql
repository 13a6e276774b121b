-- What was taken from a personal account (个人账户), less what came back, by the day on which it was: a balance that
-- is told anew holds what was spent before its day. The account is where the person is insured, not the person's.
DROP TABLE personal_account;
CREATE TABLE personal_account (
    person_id text NOT NULL,
    scheme text NOT NULL,
    insured_area text NOT NULL,
    spent_on date NOT NULL,
    spent_fen bigint NOT NULL,
    PRIMARY KEY (person_id, scheme, insured_area, spent_on)
) WITH (fillfactor = 70);
INSERT INTO personal_account
SELECT v.person_id, v.scheme, v.insured_area, moved.on_day, sum(moved.fen)
FROM visit v JOIN (
    SELECT visit_id, settled_on AS on_day, account_fen AS fen FROM settlement
    UNION ALL
    SELECT visit_id, reversed_on, -account_fen FROM reversal JOIN settlement USING (visit_id, attempt)
) AS moved USING (visit_id)
WHERE moved.fen <> 0 GROUP BY v.person_id, v.scheme, v.insured_area, moved.on_day;

-- The day at whose beginning it was the balance; NULL: before anything was spent.
ALTER TABLE known_coverage ADD COLUMN account_balance_on date;
