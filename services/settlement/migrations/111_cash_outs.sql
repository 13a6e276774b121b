-- Money of personal accounts that was paid out to its owners (个人账户资金划转), and what came back.
CREATE TABLE cash_out (
    cash_out_id text PRIMARY KEY,
    person_id text NOT NULL,
    scheme text NOT NULL,
    insured_area text NOT NULL,
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    filing_id text NOT NULL,
    payee text NOT NULL,
    payee_reference text NOT NULL,
    cashed_out_on date NOT NULL
);
COMMENT ON TABLE cash_out IS 'append-only: money paid out of a personal account';
CREATE INDEX cash_out_of_person ON cash_out (person_id);

CREATE TABLE cash_out_reversal (
    cash_out_id text PRIMARY KEY REFERENCES cash_out,
    reversed_on date NOT NULL,
    reason text NOT NULL
);
COMMENT ON TABLE cash_out_reversal IS 'append-only: a cash-out taken back';
