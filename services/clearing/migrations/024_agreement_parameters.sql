-- Each period of an agreement keeps the parameters of its months; those signed before have the defaults. Both
-- copies alike: a period is put in use where they differ.
UPDATE known_agreement SET agreement = jsonb_build_object(
    'declare_by_day', 0,
    'claims', CASE agreement ->> 'funding_mode' WHEN 'HOSPITAL_ADVANCE' THEN 'required' ELSE 'none' END,
    'case_page_required', agreement ->> 'funding_mode' = 'HOSPITAL_ADVANCE',
    'max_delay_months', 2,
    'year_close', '03-31',
    'confirm_working_days', 5,
    'pay_working_days', 10,
    'decide_working_days', 20,
    'investigate_above_fen', 3000000
) || agreement;
UPDATE known_period SET agreement = jsonb_build_object(
    'declare_by_day', 0,
    'claims', CASE agreement ->> 'funding_mode' WHEN 'HOSPITAL_ADVANCE' THEN 'required' ELSE 'none' END,
    'case_page_required', agreement ->> 'funding_mode' = 'HOSPITAL_ADVANCE',
    'max_delay_months', 2,
    'year_close', '03-31',
    'confirm_working_days', 5,
    'pay_working_days', 10,
    'decide_working_days', 20,
    'investigate_above_fen', 3000000
) || agreement;
