-- Agreements name the parameters of their months; one signed before has the defaults, so that it is the same
-- when it is signed once more.
UPDATE register SET content = jsonb_build_object(
    'declare_by_day', 0,
    'claims', CASE content ->> 'funding_mode' WHEN 'HOSPITAL_ADVANCE' THEN 'required' ELSE 'none' END,
    'case_page_required', content ->> 'funding_mode' = 'HOSPITAL_ADVANCE',
    'max_delay_months', 2,
    'year_close', '03-31',
    'confirm_working_days', 5,
    'pay_working_days', 10,
    'decide_working_days', 20,
    'investigate_above_fen', 3000000
) || content
WHERE kind = 'agreement';
