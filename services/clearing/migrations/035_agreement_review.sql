-- Agreements say who reviews claims; those signed before leave it to the rules. Both copies alike: a period is put
-- in use where they differ.
UPDATE known_agreement SET agreement = jsonb_build_object('review', 'BY_RULE') || agreement;
UPDATE known_period SET agreement = jsonb_build_object('review', 'BY_RULE') || agreement;
