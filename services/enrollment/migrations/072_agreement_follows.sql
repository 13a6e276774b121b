-- An agreement may name the one that it follows; one signed before follows none, so that it is the same when it is signed
-- once more.
UPDATE register SET content = jsonb_build_object('follows_agreement_id', NULL) || content WHERE kind = 'agreement';
