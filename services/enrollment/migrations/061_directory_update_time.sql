-- When a subject was told last: the public directory says how old it is (001 (三十), 000 三(二)3).
ALTER TABLE register ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now();
DROP VIEW directory;
CREATE VIEW directory AS
SELECT
    subject_id AS institution_id,
    content ->> 'name' AS name,
    content ->> 'area' AS area,
    content ->> 'tier' AS tier,
    content ->> 'grade' AS grade,
    ARRAY(SELECT jsonb_array_elements_text(content -> 'services')) AS services,
    (content ->> 'applies_from')::date AS applies_from,
    changed_at AS updated_at
FROM register
WHERE kind = 'institution' AND content ->> 'status' = 'published';

GRANT SELECT ON directory TO yidi_enrollment, yidi_reader;
