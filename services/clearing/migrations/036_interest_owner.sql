-- Agreements name to which side the interest of what lies ahead belongs: the insured place, where none was said.
-- Both copies alike: a period is put in use where they differ.
UPDATE known_agreement SET agreement = '{"interest_owner": "insured"}'::jsonb || agreement;
UPDATE known_period SET agreement = '{"interest_owner": "insured"}'::jsonb || agreement;
