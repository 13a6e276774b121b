-- A payment that the bank sends back reopens its statement, so each payment is kept with its number and the
-- amounts that filled a prefund: its return takes back exactly these. Those from before were the first ones.

CREATE TABLE remittance (
    statement_id text COLLATE "C" NOT NULL REFERENCES statement,
    number int NOT NULL CHECK (number > 0),
    paid_on date NOT NULL,
    bank_entry_id text NOT NULL,
    pool_fen bigint NOT NULL,
    large_amount_fen bigint NOT NULL,
    serious_illness_fen bigint NOT NULL,
    assistance_fen bigint NOT NULL,
    account_fen bigint NOT NULL,
    PRIMARY KEY (statement_id, number)
);
CREATE UNIQUE INDEX remittance_entry ON remittance (statement_id, bank_entry_id) WHERE bank_entry_id <> '';
COMMENT ON TABLE remittance IS 'append-only: payments of statements';
INSERT INTO remittance
    SELECT p.statement_id, 1, coalesce(e.posted_on, r.posted_on, p.since), '', coalesce(e.pool_fen, 0),
           coalesce(e.large_amount_fen, 0), coalesce(e.serious_illness_fen, 0), coalesce(e.assistance_fen, 0),
           coalesce(e.account_fen, 0)
    FROM progress p
    LEFT JOIN posting e ON e.entry_id = p.statement_id || '.paid' AND e.account = 'fund_payable'
    LEFT JOIN posting r ON r.entry_id = p.statement_id || '.rest' AND r.account = 'fund_payable'
    WHERE p.state = 'PAID';

CREATE TABLE returned (
    statement_id text COLLATE "C" NOT NULL,
    number int NOT NULL,
    returned_on date NOT NULL,
    bank_entry_id text NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (statement_id, number),
    FOREIGN KEY (statement_id, number) REFERENCES remittance
);
CREATE UNIQUE INDEX returned_entry ON returned (statement_id, bank_entry_id) WHERE bank_entry_id <> '';
COMMENT ON TABLE returned IS 'append-only: payments that the bank sent back';
