-- Chronic diseases (门诊慢特病) that persons qualify for, by person, area, disease and first day.
ALTER TABLE register DROP CONSTRAINT register_kind_check;
ALTER TABLE register ADD CONSTRAINT register_kind_check CHECK (kind IN (
    'node', 'institution', 'center', 'agreement', 'policy', 'draft', 'catalogue', 'mapping', 'price', 'tiers',
    'edition', 'qualification'
));
