-- Agreements name to which side the interest of what lies ahead belongs; one signed before says the insured
-- place, so that it is the same when it is signed once more.
UPDATE register SET content = '{"interest_owner": "insured"}'::jsonb || content WHERE kind = 'agreement';
