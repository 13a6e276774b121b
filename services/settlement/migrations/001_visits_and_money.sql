-- A visit (就诊): a stay, or an outpatient or pharmacy bill. The money it was settled with stands in `settlement`.
CREATE TABLE visit (
    visit_id text PRIMARY KEY,
    person_id text NOT NULL,
    institution_id text NOT NULL,
    kind text NOT NULL,
    insured_area text NOT NULL,
    treatment_area text NOT NULL,
    scheme text NOT NULL,
    hospital_tier text NOT NULL,
    service_on date NOT NULL,
    emergency boolean NOT NULL,
    chain text[] NOT NULL,
    request_id text NOT NULL,
    state text NOT NULL,
    discharged_on date,
    attempt int NOT NULL,
    settlement_id text,
    settled_on date,
    filing text,
    deductible_fen bigint NOT NULL
) WITH (fillfactor = 70);
-- A filing that comes later finds the person's stays; outpatient bills need none.
CREATE INDEX visit_stays ON visit (person_id) WHERE kind = 'inpatient';

-- An upload (费用明细上传) with its lines split; never summed into the visit, so that adding locks nobody out.
CREATE TABLE upload (
    visit_id text NOT NULL,
    upload_id text NOT NULL,
    person_id text NOT NULL,
    institution_id text NOT NULL,
    request_id text NOT NULL,
    cost_on date NOT NULL,
    heard_on date NOT NULL,
    line_count int NOT NULL,
    total_fen bigint NOT NULL,
    full_self_pay_fen bigint NOT NULL,
    over_limit_fen bigint NOT NULL,
    pre_self_pay_fen bigint NOT NULL,
    categories bytea NOT NULL,
    lines bytea NOT NULL,
    PRIMARY KEY (visit_id, upload_id)
);
ALTER TABLE upload ALTER COLUMN lines SET STORAGE EXTERNAL;
CREATE INDEX upload_person ON upload (person_id);
COMMENT ON TABLE upload IS 'append-only: an upload is undone by its row in withdrawal';

CREATE TABLE withdrawal (
    visit_id text NOT NULL,
    upload_id text NOT NULL,
    withdrawn_on date NOT NULL,
    PRIMARY KEY (visit_id, upload_id),
    FOREIGN KEY (visit_id, upload_id) REFERENCES upload
);
COMMENT ON TABLE withdrawal IS 'append-only: an upload undone before the settlement';

-- A settlement (结算). `explanation` holds the split with every step of its derivation, and what it added to the
-- year's account; `lines` the split lines of an outpatient bill.
CREATE TABLE settlement (
    visit_id text NOT NULL,
    attempt int NOT NULL CHECK (attempt > 0),
    follows int GENERATED ALWAYS AS (NULLIF(attempt - 1, 0)) STORED,
    settlement_id text NOT NULL,
    settled_on date NOT NULL,
    account text NOT NULL,
    previous_visit_id text,
    policy_id text NOT NULL,
    filing_id text,
    total_fen bigint NOT NULL,
    fund_fen bigint NOT NULL,
    account_fen bigint NOT NULL,
    cash_fen bigint NOT NULL,
    explanation bytea NOT NULL,
    lines bytea,
    PRIMARY KEY (visit_id, attempt),
    CHECK (total_fen = fund_fen + account_fen + cash_fen)
);
ALTER TABLE settlement ALTER COLUMN explanation SET STORAGE EXTERNAL;
ALTER TABLE settlement ALTER COLUMN lines SET STORAGE EXTERNAL;
COMMENT ON TABLE settlement IS 'append-only: a settlement is taken back by its row in reversal';

-- A settlement taken back (冲正).
CREATE TABLE reversal (
    visit_id text NOT NULL,
    attempt int NOT NULL,
    reversal_id text NOT NULL,
    reversed_on date NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (visit_id, attempt),
    FOREIGN KEY (visit_id, attempt) REFERENCES settlement
);
COMMENT ON TABLE reversal IS 'append-only: it points at the settlement it takes back';

-- One settlement in force a visit: each one after the first follows the reversal of the one before.
ALTER TABLE settlement ADD FOREIGN KEY (visit_id, follows) REFERENCES reversal DEFERRABLE INITIALLY DEFERRED;

-- What a person has had in a year (年度累计), by benefit account: stays, or one outpatient fund.
CREATE TABLE year_account (
    person_id text NOT NULL,
    scheme text NOT NULL,
    year int NOT NULL,
    account text NOT NULL,
    newest_visit_id text,
    stays int NOT NULL,
    pool_paid_fen bigint NOT NULL,
    large_amount_paid_fen bigint NOT NULL,
    serious_illness_base_fen bigint NOT NULL,
    serious_illness_paid_fen bigint NOT NULL,
    assistance_base_fen bigint NOT NULL,
    assistance_paid_fen bigint NOT NULL,
    outpatient_deductible_paid_fen bigint NOT NULL,
    outpatient_paid_fen bigint NOT NULL,
    PRIMARY KEY (person_id, scheme, year, account)
) WITH (fillfactor = 70);

-- What settlements have taken from a personal account (个人账户); its balance is the coverage's less this.
CREATE TABLE personal_account (
    person_id text NOT NULL,
    scheme text NOT NULL,
    spent_fen bigint NOT NULL CHECK (spent_fen >= 0),
    PRIMARY KEY (person_id, scheme)
) WITH (fillfactor = 70);

-- A case page (病案首页) and its day; `partition` is the stream that watches over it.
CREATE TABLE case_page (
    visit_id text PRIMARY KEY,
    person_id text NOT NULL,
    institution_id text NOT NULL,
    partition int NOT NULL,
    due_on date NOT NULL,
    page_id text,
    received_on date,
    overdue boolean NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX case_page_open ON case_page (partition, visit_id) WHERE page_id IS NULL AND NOT overdue;
