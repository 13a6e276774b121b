-- Agreements say whether the review of filings is delegated to the treatment place (004-2 四); one signed before does
-- not, so that it is the same when it is signed once more.
UPDATE register SET content = jsonb_build_object('review_delegated', false) || content WHERE kind = 'agreement';
