-- An agreement is signed again to renew or to change it: what was signed for each time stays, since a
-- settlement is cleared under the terms of its day. The newest stands in known_agreement as well.
CREATE TABLE known_period (
    agreement_id text COLLATE "C" NOT NULL,
    in_force_from date NOT NULL,
    in_force_until date NOT NULL,
    insured_area text NOT NULL,
    treatment_area text NOT NULL,
    agreement jsonb NOT NULL,
    PRIMARY KEY (agreement_id, in_force_from)
);
CREATE INDEX known_period_area ON known_period (insured_area);
INSERT INTO known_period
    SELECT agreement_id, (agreement ->> 'in_force_from')::date, (agreement ->> 'in_force_until')::date,
           insured_area, treatment_area, agreement
    FROM known_agreement;
DROP INDEX known_agreement_area;

-- An agreement covers the day of the admission or service. Rows from before this keep their settlement day.
ALTER TABLE unagreed RENAME COLUMN settled_on TO service_on;

-- What was settled at home needs no agreement and is not cleared between centers.
DELETE FROM unagreed
WHERE starts_with(treatment_area, regexp_replace(insured_area, '(0000|00)$', ''));
