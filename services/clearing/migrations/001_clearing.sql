-- Copies of the registers.

CREATE TABLE known_institution (
    institution_id text PRIMARY KEY,
    node_id text NOT NULL
);

CREATE TABLE known_center (
    center_id text PRIMARY KEY,
    node_id text NOT NULL
);

CREATE TABLE known_agreement (
    agreement_id text COLLATE "C" PRIMARY KEY,
    insured_area text NOT NULL,
    treatment_area text NOT NULL,
    cut_off_day int NOT NULL,
    funding_mode text NOT NULL,
    agreement jsonb NOT NULL
);
CREATE INDEX known_agreement_area ON known_agreement (insured_area);

-- Visits whose case page was received, in time or late.
CREATE TABLE known_case_page (
    visit_id text PRIMARY KEY
);

-- The books of an agreement; this row is locked to sort, to pay and to add lines.
CREATE TABLE book (
    agreement_id text COLLATE "C" PRIMARY KEY,
    sorted_through text COLLATE "C" NOT NULL DEFAULT ''
);

-- One line a settlement and one a reversal, each in one month. The order of a statement is that of the index.
CREATE TABLE line (
    line_id text COLLATE "C" PRIMARY KEY,
    settlement_id text NOT NULL,
    visit_id text NOT NULL,
    person_id text NOT NULL,
    institution_id text COLLATE "C" NOT NULL,
    visit_kind text NOT NULL,
    insured_area text NOT NULL,
    scheme text NOT NULL,
    agreement_id text COLLATE "C" NOT NULL,
    month text COLLATE "C" NOT NULL,
    business_on date NOT NULL,
    total_fen bigint NOT NULL,
    pool_fen bigint NOT NULL,
    large_amount_fen bigint NOT NULL,
    serious_illness_fen bigint NOT NULL,
    assistance_fen bigint NOT NULL
);
CREATE INDEX line_month ON line (agreement_id, scheme, month, business_on, institution_id, line_id);
COMMENT ON TABLE line IS 'append-only: what was settled and reversed';

-- A disputed line stands in a later month again.
CREATE TABLE reentry (
    line_id text COLLATE "C" NOT NULL REFERENCES line,
    month text COLLATE "C" NOT NULL,
    agreement_id text COLLATE "C" NOT NULL,
    scheme text NOT NULL,
    business_on date NOT NULL,
    institution_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (line_id, month)
);
CREATE INDEX reentry_month ON reentry (agreement_id, scheme, month);
COMMENT ON TABLE reentry IS 'append-only: lines that come back after a dispute';

-- Every line in every month it stands in: the lines of a statement.
CREATE VIEW placed AS
    SELECT agreement_id, scheme, month, business_on, institution_id, line_id, settlement_id, person_id,
           visit_kind, insured_area, total_fen, pool_fen, large_amount_fen, serious_illness_fen, assistance_fen,
           pool_fen + large_amount_fen + serious_illness_fen + assistance_fen AS fund_fen
    FROM line
    UNION ALL
    SELECT r.agreement_id, r.scheme, r.month, r.business_on, r.institution_id, l.line_id, l.settlement_id,
           l.person_id, l.visit_kind, l.insured_area, l.total_fen, l.pool_fen, l.large_amount_fen,
           l.serious_illness_fen, l.assistance_fen,
           l.pool_fen + l.large_amount_fen + l.serious_illness_fen + l.assistance_fen
    FROM reentry r JOIN line l USING (line_id);
GRANT SELECT ON placed TO yidi_clearing, yidi_reader;

-- Settlements without an agreement; they leave when one is signed.
CREATE TABLE unagreed (
    line_id text COLLATE "C" PRIMARY KEY,
    settlement_id text NOT NULL,
    visit_id text NOT NULL,
    person_id text NOT NULL,
    institution_id text NOT NULL,
    visit_kind text NOT NULL,
    insured_area text NOT NULL,
    treatment_area text NOT NULL,
    scheme text NOT NULL,
    settled_on date NOT NULL,
    business_on date NOT NULL,
    total_fen bigint NOT NULL,
    pool_fen bigint NOT NULL,
    large_amount_fen bigint NOT NULL,
    serious_illness_fen bigint NOT NULL,
    assistance_fen bigint NOT NULL,
    told boolean NOT NULL DEFAULT false
);

-- The double-entry ledger. An entry is posted once; fees of banks are no event of it (001 (二十三)).
CREATE TABLE posting (
    entry_id text NOT NULL,
    agreement_id text NOT NULL,
    event text NOT NULL CHECK (event IN
        ('SETTLED', 'ADVANCE_ACCEPTED', 'INSTITUTION_PAID', 'STATEMENT_PAID', 'PREFUND_FUNDED')),
    account text NOT NULL,
    party text NOT NULL,
    posted_on date NOT NULL,
    slot int NOT NULL,
    pool_fen bigint NOT NULL,
    large_amount_fen bigint NOT NULL,
    serious_illness_fen bigint NOT NULL,
    assistance_fen bigint NOT NULL,
    PRIMARY KEY (entry_id, account)
);
COMMENT ON TABLE posting IS 'append-only: the ledger';

-- A cache of the ledger. A slot is the inbound partition it was posted from: streams do not share rows.
CREATE TABLE balance (
    agreement_id text NOT NULL,
    account text NOT NULL,
    party text NOT NULL,
    slot int NOT NULL,
    pool_fen bigint NOT NULL,
    large_amount_fen bigint NOT NULL,
    serious_illness_fen bigint NOT NULL,
    assistance_fen bigint NOT NULL,
    PRIMARY KEY (agreement_id, account, party, slot)
) WITH (fillfactor = 50);

-- Claims for advances, and the settlements accepted in them, once each.
CREATE TABLE claim (
    claim_id text PRIMARY KEY,
    institution_id text NOT NULL,
    month text NOT NULL,
    claimed_fen bigint NOT NULL,
    accepted_fen bigint NOT NULL,
    reviewed_on date NOT NULL
);
COMMENT ON TABLE claim IS 'append-only: reviewed claims';

CREATE TABLE claimed (
    settlement_id text PRIMARY KEY,
    claim_id text NOT NULL
);
COMMENT ON TABLE claimed IS 'append-only: accepted advances';

-- What falls due to an institution with a month under HOSPITAL_ADVANCE: accepted advances and their returns.
CREATE TABLE payable (
    line_id text PRIMARY KEY,
    agreement_id text COLLATE "C" NOT NULL,
    institution_id text COLLATE "C" NOT NULL,
    month text COLLATE "C" NOT NULL,
    pool_fen bigint NOT NULL,
    large_amount_fen bigint NOT NULL,
    serious_illness_fen bigint NOT NULL,
    assistance_fen bigint NOT NULL
);
CREATE INDEX payable_month ON payable (agreement_id, month);
COMMENT ON TABLE payable IS 'append-only: what advances are due';

-- What institutions are owed at the sort of a month, what was carried over included, and what they were paid.
CREATE TABLE payment_due (
    agreement_id text COLLATE "C" NOT NULL,
    institution_id text COLLATE "C" NOT NULL,
    month text COLLATE "C" NOT NULL,
    pool_fen bigint NOT NULL,
    large_amount_fen bigint NOT NULL,
    serious_illness_fen bigint NOT NULL,
    assistance_fen bigint NOT NULL,
    PRIMARY KEY (agreement_id, month, institution_id)
);
COMMENT ON TABLE payment_due IS 'append-only: what institutions are owed';

CREATE TABLE payment (
    agreement_id text COLLATE "C" NOT NULL,
    institution_id text COLLATE "C" NOT NULL,
    month text COLLATE "C" NOT NULL,
    pool_fen bigint NOT NULL,
    large_amount_fen bigint NOT NULL,
    serious_illness_fen bigint NOT NULL,
    assistance_fen bigint NOT NULL,
    PRIMARY KEY (agreement_id, month, institution_id)
);
COMMENT ON TABLE payment IS 'append-only: what institutions were paid';

-- What institutions are owed, and why: new lines, what became payable, what a payment left open.
CREATE VIEW owed AS
    SELECT 'LINE' AS why, agreement_id, month, institution_id,
           pool_fen, large_amount_fen, serious_illness_fen, assistance_fen
    FROM line
    UNION ALL
    SELECT 'PAYABLE', agreement_id, month, institution_id,
           pool_fen, large_amount_fen, serious_illness_fen, assistance_fen
    FROM payable
    UNION ALL
    SELECT 'CARRIED', agreement_id, month, institution_id,
           d.pool_fen - coalesce(p.pool_fen, 0), d.large_amount_fen - coalesce(p.large_amount_fen, 0),
           d.serious_illness_fen - coalesce(p.serious_illness_fen, 0),
           d.assistance_fen - coalesce(p.assistance_fen, 0)
    FROM payment_due d LEFT JOIN payment p USING (agreement_id, month, institution_id);
GRANT SELECT ON owed TO yidi_clearing, yidi_reader;

-- Statements with their control sums; where they stand is apart, and is locked to move them.
CREATE TABLE statement (
    statement_id text COLLATE "C" PRIMARY KEY,
    agreement_id text COLLATE "C" NOT NULL,
    scheme text NOT NULL,
    month text COLLATE "C" NOT NULL,
    head jsonb NOT NULL,
    sums jsonb NOT NULL,
    lines int NOT NULL,
    sorted_on date NOT NULL,
    UNIQUE (agreement_id, scheme, month)
);
CREATE INDEX statement_month ON statement (month);
COMMENT ON TABLE statement IS 'append-only: statements as sorted';

CREATE TABLE progress (
    statement_id text COLLATE "C" PRIMARY KEY REFERENCES statement,
    state text NOT NULL
);
CREATE INDEX progress_sorted ON progress (statement_id) WHERE state = 'SORTED';

CREATE TABLE chunk (
    statement_id text COLLATE "C" NOT NULL REFERENCES statement,
    number int NOT NULL,
    sha256 text NOT NULL,
    PRIMARY KEY (statement_id, number)
);
COMMENT ON TABLE chunk IS 'append-only: chunks as sent';

CREATE TABLE manifest (
    statement_id text COLLATE "C" PRIMARY KEY REFERENCES statement,
    chunks int NOT NULL,
    sha256 text NOT NULL
);
COMMENT ON TABLE manifest IS 'append-only: batches as sent';

CREATE TABLE dispute (
    statement_id text COLLATE "C" NOT NULL REFERENCES statement,
    line_id text COLLATE "C" NOT NULL REFERENCES line,
    center_id text NOT NULL,
    reason text NOT NULL,
    pool_fen bigint NOT NULL,
    large_amount_fen bigint NOT NULL,
    serious_illness_fen bigint NOT NULL,
    assistance_fen bigint NOT NULL,
    PRIMARY KEY (statement_id, line_id)
);
COMMENT ON TABLE dispute IS 'append-only: lines that dropped out of a statement';
