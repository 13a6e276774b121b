-- Agreements say who reviews claims; one signed before leaves it to the rules, so that it is the same when it is
-- signed once more.
UPDATE register SET content = jsonb_build_object('review', 'BY_RULE') || content WHERE kind = 'agreement';
