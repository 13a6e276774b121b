-- Centers name who operates them, their bank account and their period; one registered before names none, so that
-- it is the same when it is registered once more.
UPDATE register SET content = jsonb_build_object(
    'operated_by', NULL,
    'bank_account', NULL,
    'in_force_from', NULL,
    'in_force_until', NULL
) || content
WHERE kind = 'center';
