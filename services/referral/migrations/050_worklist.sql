-- What an institution has opened, and its tier; none was kept before: `yidi rebuild referral known` fills it.
ALTER TABLE known_institution ADD COLUMN tier text,
    ADD COLUMN services text[] NOT NULL DEFAULT '{}',
    ADD COLUMN status text;
-- Whether any in a place is open to people from outside.
CREATE INDEX known_institution_opened ON known_institution (area)
    WHERE status = 'published' AND services @> '{inpatient}';

-- Referred patients as they were announced to institutions, and what these answered.
CREATE TABLE referral_announcement (
    filing_id text NOT NULL REFERENCES filing,
    institution_id text NOT NULL,
    person_id text NOT NULL,
    request_id text NOT NULL,
    announced_by text NOT NULL,
    announced_on date NOT NULL,
    note text NOT NULL,
    reception text NOT NULL,
    PRIMARY KEY (filing_id, institution_id)
);
CREATE INDEX referral_announcement_person ON referral_announcement (person_id);
CREATE INDEX referral_announcement_worklist ON referral_announcement (institution_id, announced_on, filing_id)
    WHERE reception <> 'declined' AND reception <> 'withdrawn';
