-- A claim keeps all its lines with what the rules found; of those that persons review it keeps every step.

ALTER TABLE claim ADD COLUMN accepted_lines int NOT NULL DEFAULT 0;
UPDATE claim c SET accepted_lines = (SELECT count(*) FROM review r WHERE r.claim_id = c.claim_id);

CREATE TABLE claimed_line (
    claim_id text NOT NULL REFERENCES claim,
    number int NOT NULL,
    settlement_id text NOT NULL,
    fund_fen bigint NOT NULL,
    code text NOT NULL,
    PRIMARY KEY (claim_id, number)
);
COMMENT ON TABLE claimed_line IS 'append-only: what was claimed and what the rules found';
-- Of claims from before, what was accepted is known; what was refused was told alone.
INSERT INTO claimed_line
    SELECT claim_id, row_number() OVER (PARTITION BY claim_id ORDER BY settlement_id) - 1, settlement_id,
           pool_fen + large_amount_fen + serious_illness_fen + assistance_fen, 'ACCEPTED'
    FROM review;

CREATE TABLE reviewing (
    claim_id text COLLATE "C" NOT NULL REFERENCES claim,
    settlement_id text COLLATE "C" NOT NULL,
    number int NOT NULL,
    step text NOT NULL CHECK (step IN ('claim', 'accept', 'deduct', 'ask', 'answer', 'withdraw', 'reverse')),
    line_state text NOT NULL CHECK (line_state IN ('WITH_INSURED', 'WITH_TREATMENT', 'ASKED_BY_INSURED',
        'ASKED_BY_TREATMENT', 'REVIEWED', 'WITHDRAWN', 'REVERSED')),
    waits_for text NOT NULL,
    taken_by text NOT NULL,
    officer text NOT NULL,
    reason text NOT NULL,
    evidence text[] NOT NULL,
    accepted bigint[],
    taken_on date NOT NULL,
    PRIMARY KEY (claim_id, settlement_id, number)
);
CREATE INDEX reviewing_settlement ON reviewing (settlement_id);
CREATE INDEX reviewing_waits ON reviewing (waits_for) WHERE waits_for <> '';
COMMENT ON TABLE reviewing IS 'append-only: each step of a claimed line that persons review; accepted: fen per fund';

CREATE TABLE claim_withdrawal (
    claim_id text PRIMARY KEY REFERENCES claim,
    reason text NOT NULL,
    withdrawn_on date NOT NULL
);
COMMENT ON TABLE claim_withdrawal IS 'append-only: claims that were taken back';
