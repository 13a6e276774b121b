-- The policy in whose place another came (replaces): what it settled stays, and it settles no more.
ALTER TABLE known_policy ADD COLUMN replaces text;
