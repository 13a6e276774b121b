-- Interest, fines and fees are booked beside the months; no fee reaches an account of a fund.
CREATE TABLE charge (
    charge_id text PRIMARY KEY,
    agreement_id text NOT NULL,
    center_id text NOT NULL,
    officer text NOT NULL,
    kind text NOT NULL,
    account text NOT NULL,
    event text NOT NULL,
    insured_center text NOT NULL,
    treatment_center text NOT NULL,
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    charged_on date NOT NULL,
    reason text NOT NULL
);
COMMENT ON TABLE charge IS 'append-only: interest, fines and fees';
CREATE TABLE charge_reversed (
    charge_id text PRIMARY KEY REFERENCES charge,
    officer text NOT NULL,
    reversed_on date NOT NULL,
    reason text NOT NULL
);
COMMENT ON TABLE charge_reversed IS 'append-only: charges that were taken back';

ALTER TABLE posting DROP CONSTRAINT posting_event_check,
    ADD CHECK (event IN ('SETTLED', 'ADVANCE_ACCEPTED', 'INSTITUTION_PAID', 'STATEMENT_PAID', 'PAID_BEYOND_QUOTA',
        'PREFUND_FUNDED', 'CENTERS_CHANGED', 'INTEREST', 'INTEREST_OF_TREATMENT', 'FINE', 'PENALTY', 'BANK_FEE',
        'BANK_SLIP', 'SERVICE_FEE')),
    ADD CHECK (event NOT IN ('BANK_FEE', 'BANK_SLIP', 'SERVICE_FEE')
        OR account IN ('administrative_expense', 'administrative_budget'));
