-- Agreements may name the institutions that they open (004-5 三(三)); one signed before opens all, so that it is the same
-- when it is signed once more.
UPDATE register SET content = jsonb_build_object('institutions', '[]'::jsonb) || content WHERE kind = 'agreement';
