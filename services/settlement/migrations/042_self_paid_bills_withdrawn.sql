-- Where a visit's direct life was left when it turned to a self-paid bill: there it goes back if that is undone.
ALTER TABLE visit ADD COLUMN turned_from text;

CREATE TABLE self_paid_withdrawal (
    visit_id text NOT NULL,
    number int NOT NULL,
    withdrawn_on date NOT NULL,
    PRIMARY KEY (visit_id, number),
    FOREIGN KEY (visit_id, number) REFERENCES self_paid_bill
);
COMMENT ON TABLE self_paid_withdrawal IS 'append-only: a self-paid bill undone before it was claimed';

-- A case waits for its bill also once that was withdrawn.
DROP INDEX reimbursement_case_open;
CREATE INDEX reimbursement_case_open ON reimbursement_case (partition, visit_id)
    WHERE invoice_id IS NULL AND NOT overdue;
