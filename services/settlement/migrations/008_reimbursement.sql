-- A visit that the patient paid whole and that is settled by a claim (手工报销).
ALTER TABLE visit ADD COLUMN manual boolean NOT NULL DEFAULT false;
-- A direct settlement asks whether the same care was reimbursed.
CREATE INDEX visit_manual ON visit (person_id) WHERE manual;

-- The case: when the bill is due from the institution, and how it was claimed; `partition` is the stream that
-- watches over it. An invoice (票据) is for one visit.
CREATE TABLE reimbursement_case (
    visit_id text PRIMARY KEY,
    person_id text NOT NULL,
    institution_id text NOT NULL,
    partition int NOT NULL,
    due_on date NOT NULL,
    overdue boolean NOT NULL,
    bills int NOT NULL,
    reason text,
    invoice_id text,
    electronic text[] NOT NULL,
    channel text,
    acting_agency text,
    materials text[] NOT NULL,
    payee text,
    payee_reference text,
    claimed_on date,
    UNIQUE (institution_id, invoice_id) DEFERRABLE INITIALLY DEFERRED,
    CHECK ((channel = 'delegated') = (acting_agency IS NOT NULL))
) WITH (fillfactor = 70);
CREATE INDEX reimbursement_case_open ON reimbursement_case (partition, visit_id) WHERE bills = 0 AND NOT overdue;
INSERT INTO reimbursement_case (visit_id, person_id, institution_id, partition, due_on, overdue, bills, electronic, materials)
SELECT visit_id, person_id, institution_id, p.partition, p.due_on, false, 0, '{}', '{}'
FROM visit JOIN case_page p USING (visit_id, person_id, institution_id) WHERE state = 'self_paid';

-- A bill as the patient paid it, its lines split and compared with the prices at home (001 (三)).
CREATE TABLE self_paid_bill (
    visit_id text NOT NULL,
    number int NOT NULL CHECK (number > 0),
    person_id text NOT NULL,
    institution_id text NOT NULL,
    request_id text NOT NULL,
    invoice_id text NOT NULL,
    disease text,
    heard_on date NOT NULL,
    line_count int NOT NULL,
    total_fen bigint NOT NULL,
    full_self_pay_fen bigint NOT NULL,
    over_limit_fen bigint NOT NULL,
    pre_self_pay_fen bigint NOT NULL,
    excess_fen bigint NOT NULL,
    unpriced_items int NOT NULL,
    categories bytea NOT NULL,
    lines bytea NOT NULL,
    PRIMARY KEY (visit_id, number)
);
ALTER TABLE self_paid_bill ALTER COLUMN lines SET STORAGE EXTERNAL;
COMMENT ON TABLE self_paid_bill IS 'append-only: the newest bill of a visit counts';

-- What is to be paid to a patient beyond what was paid, or recovered (below 0); the newest of a visit counts.
CREATE TABLE payment_order (
    order_id text PRIMARY KEY,
    visit_id text NOT NULL,
    number int NOT NULL CHECK (number > 0),
    person_id text NOT NULL,
    attempt int NOT NULL,
    ordered_on date NOT NULL,
    payee text NOT NULL,
    payee_reference text NOT NULL,
    pool_fen bigint NOT NULL,
    large_amount_fen bigint NOT NULL,
    serious_illness_fen bigint NOT NULL,
    assistance_fen bigint NOT NULL,
    UNIQUE (visit_id, number),
    FOREIGN KEY (visit_id, attempt) REFERENCES settlement
);
CREATE INDEX payment_order_person ON payment_order (person_id);
COMMENT ON TABLE payment_order IS 'append-only: an order is replaced by a later one, never changed';

CREATE TABLE order_paid (
    order_id text PRIMARY KEY REFERENCES payment_order,
    visit_id text NOT NULL,
    paid_on date NOT NULL,
    reported_on date NOT NULL
);
COMMENT ON TABLE order_paid IS 'append-only: an order paid, or recovered';

-- The agencies (经办机构) of insured areas, by their area.
CREATE TABLE known_center (
    center_id text PRIMARY KEY,
    node_id text NOT NULL
);
CREATE INDEX known_center_node ON known_center (node_id);
