-- Each settlement is compared with all the care its person had on those days, however that was paid. Stays are
-- found by visit_stays; what was claimed alone is no longer asked for.
CREATE INDEX visit_bills ON visit (person_id, service_on) WHERE kind <> 'inpatient';
DROP INDEX visit_manual;
