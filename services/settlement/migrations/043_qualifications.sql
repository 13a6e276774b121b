-- Chronic diseases (门诊慢特病) that persons qualify for; the end is exclusive.
CREATE TABLE known_qualification (
    person_id text NOT NULL,
    insured_area text NOT NULL,
    disease text NOT NULL,
    qualified_from date NOT NULL,
    qualified_until date,
    PRIMARY KEY (person_id, insured_area, disease, qualified_from)
);
