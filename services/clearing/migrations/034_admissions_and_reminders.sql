-- A late line is let in by two officers: the first asks, the second lets it in. What is overdue is told once.

CREATE TABLE admission_asked (
    line_id text COLLATE "C" PRIMARY KEY,
    center_id text NOT NULL,
    officer text NOT NULL,
    reason text NOT NULL,
    asked_on date NOT NULL
);
COMMENT ON TABLE admission_asked IS 'append-only: the first of the two officers who let a late line in';
ALTER TABLE admission ADD COLUMN admitted_by text NOT NULL DEFAULT '';
ALTER TABLE admission ALTER COLUMN admitted_by DROP DEFAULT;

CREATE TABLE reminder (
    statement_id text COLLATE "C" NOT NULL REFERENCES statement,
    omitted text NOT NULL CHECK (omitted IN ('CONFIRMATION', 'DECISION', 'PAYMENT')),
    center_id text NOT NULL,
    due_on date NOT NULL,
    PRIMARY KEY (statement_id, omitted, center_id, due_on)
);
COMMENT ON TABLE reminder IS 'append-only: what was told to be overdue';
