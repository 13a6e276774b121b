-- What each day's business brought under an agreement, so that the radar reads a few rows a day and not all lines of
-- 28 days. A cache of `line`: of lines that stand in a month, without what is carried after a dispute, which was due
-- before. A slot is the connection that wrote it: processes do not share rows.
CREATE TABLE due_of_day (
    agreement_id text COLLATE "C" NOT NULL,
    business_on date NOT NULL,
    slot int NOT NULL,
    due_fen bigint NOT NULL,
    PRIMARY KEY (agreement_id, business_on, slot)
) WITH (fillfactor = 50);
INSERT INTO due_of_day
    SELECT agreement_id, business_on, 0,
           sum(pool_fen + large_amount_fen + serious_illness_fen + assistance_fen + account_fen)
    FROM line WHERE month IS NOT NULL AND line_id NOT LIKE '%.d' GROUP BY 1, 2;

-- The statement of one institution finds its lines, and which of them were claimed.
CREATE INDEX line_institution ON line (institution_id, business_on);
CREATE INDEX claimed_line_settlement ON claimed_line (settlement_id);
