-- Quotas of what lies ahead are measured, approved and paid; emergency top-ups are asked for and answered.
-- `number`: the order in which the rows of a table came.
CREATE TABLE quota (
    agreement_id text COLLATE "C" NOT NULL,
    from_on date NOT NULL,
    quota_fen bigint NOT NULL CHECK (quota_fen >= 0),
    source_id text NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (agreement_id, source_id)
);
COMMENT ON TABLE quota IS 'append-only: quotas settled beside those that agreements name';
CREATE TABLE quota_measure (
    agreement_id text COLLATE "C" NOT NULL,
    measure_id text NOT NULL,
    quota_fen bigint NOT NULL CHECK (quota_fen >= 0),
    from_on date NOT NULL,
    measured_on date NOT NULL,
    officer text,
    first_month text,
    payable_fen bigint,
    months int,
    persons int,
    mean_cost_fen bigint,
    ratio_bp int,
    number bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (agreement_id, measure_id)
);
COMMENT ON TABLE quota_measure IS 'append-only: quotas as measured, with their inputs';
CREATE TABLE quota_approval (
    agreement_id text COLLATE "C" NOT NULL,
    measure_id text NOT NULL,
    officer text NOT NULL,
    approved_on date NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (agreement_id, measure_id, officer),
    FOREIGN KEY (agreement_id, measure_id) REFERENCES quota_measure
);
COMMENT ON TABLE quota_approval IS 'append-only: who approved a quota';
CREATE TABLE funding (
    agreement_id text COLLATE "C" NOT NULL,
    funding_id text COLLATE "C" NOT NULL,
    amount_fen bigint NOT NULL CHECK (amount_fen <> 0),
    asked_on date NOT NULL,
    due_on date NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (agreement_id, funding_id)
);
COMMENT ON TABLE funding IS 'append-only: what is to be paid ahead, or paid back';
CREATE TABLE funding_paid (
    agreement_id text COLLATE "C" NOT NULL,
    funding_id text COLLATE "C" NOT NULL,
    paid_on date NOT NULL,
    paid_from text NOT NULL CHECK (paid_from IN ('fund', 'other')),
    reason text NOT NULL CHECK (paid_from = 'fund' OR reason <> ''),
    number bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (agreement_id, funding_id),
    FOREIGN KEY (agreement_id, funding_id) REFERENCES funding
);
COMMENT ON TABLE funding_paid IS 'append-only: what was paid ahead, once';
CREATE TABLE top_up (
    agreement_id text COLLATE "C" NOT NULL,
    top_up_id text COLLATE "C" NOT NULL,
    officer text NOT NULL,
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    reason text NOT NULL,
    asked_on date NOT NULL,
    answer_by date NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (agreement_id, top_up_id)
);
COMMENT ON TABLE top_up IS 'append-only: emergency top-ups asked for';
CREATE TABLE top_up_answer (
    agreement_id text COLLATE "C" NOT NULL,
    top_up_id text COLLATE "C" NOT NULL,
    officer text NOT NULL,
    accepted_fen bigint NOT NULL CHECK (accepted_fen >= 0),
    answered_on date NOT NULL,
    reason text NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (agreement_id, top_up_id),
    FOREIGN KEY (agreement_id, top_up_id) REFERENCES top_up
);
COMMENT ON TABLE top_up_answer IS 'append-only: emergency top-ups answered';
CREATE TABLE prefund_reminder (
    agreement_id text COLLATE "C" NOT NULL,
    order_id text COLLATE "C" NOT NULL,
    unmet text NOT NULL CHECK (unmet IN ('TOP_UP_ANSWER', 'FUNDING')),
    number bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (agreement_id, order_id, unmet)
);
COMMENT ON TABLE prefund_reminder IS 'append-only: what was told to be overdue';
CREATE TABLE prefund_level (
    agreement_id text COLLATE "C" NOT NULL,
    level text NOT NULL CHECK (level IN ('none', 'yellow', 'red')),
    seen_on date NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (agreement_id, number)
);
COMMENT ON TABLE prefund_level IS 'append-only: the levels that the radar showed, as they changed';
