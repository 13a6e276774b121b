-- A line in doubt is investigated: the treatment center answers, the insured center closes it. Meanwhile the line is
-- held out of its statement by a dispute.

CREATE TABLE investigation (
    investigation_id text COLLATE "C" PRIMARY KEY,
    line_id text COLLATE "C" NOT NULL REFERENCES line,
    settlement_id text NOT NULL,
    institution_id text NOT NULL,
    opened_by text NOT NULL,
    officer text NOT NULL,
    reason text NOT NULL,
    evidence text[] NOT NULL,
    opened_on date NOT NULL,
    answer_by date NOT NULL,
    is_open boolean NOT NULL DEFAULT true
);
CREATE UNIQUE INDEX investigation_open ON investigation (line_id) WHERE is_open;
COMMENT ON TABLE investigation IS 'lines in doubt; an investigation ends once';

CREATE TABLE investigation_answer (
    investigation_id text COLLATE "C" NOT NULL REFERENCES investigation,
    number int NOT NULL,
    officer text NOT NULL,
    findings text NOT NULL,
    evidence text[] NOT NULL,
    undue bigint[],
    answered_on date NOT NULL,
    close_by date NOT NULL,
    PRIMARY KEY (investigation_id, number)
);
COMMENT ON TABLE investigation_answer IS 'append-only: what the treatment center found; undue: fen per fund';

CREATE TABLE investigation_hold (
    investigation_id text COLLATE "C" PRIMARY KEY REFERENCES investigation,
    line_id text COLLATE "C" NOT NULL,
    statement_id text COLLATE "C" NOT NULL REFERENCES statement
);
COMMENT ON TABLE investigation_hold IS 'append-only: disputes by which investigated lines are held';

CREATE TABLE investigation_end (
    investigation_id text COLLATE "C" PRIMARY KEY REFERENCES investigation,
    line_id text COLLATE "C" NOT NULL,
    officer text NOT NULL,
    reason text NOT NULL,
    recovery_id text,
    closed_on date NOT NULL
);
COMMENT ON TABLE investigation_end IS 'append-only: how investigations ended';

CREATE TABLE investigation_reminder (
    investigation_id text COLLATE "C" NOT NULL REFERENCES investigation,
    omitted text NOT NULL CHECK (omitted IN ('ANSWER', 'CLOSURE')),
    due_on date NOT NULL,
    PRIMARY KEY (investigation_id, omitted, due_on)
);
COMMENT ON TABLE investigation_reminder IS 'append-only: what was told to be overdue of investigations';
