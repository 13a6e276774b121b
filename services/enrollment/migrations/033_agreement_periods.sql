-- Each period of an agreement is an entry of its own, by its first day: a renewal leaves what held before.
UPDATE register SET subject_id = subject_id || '/' || (content ->> 'in_force_from') WHERE kind = 'agreement';
CREATE INDEX register_agreement ON register ((content ->> 'agreement_id')) WHERE kind = 'agreement';
