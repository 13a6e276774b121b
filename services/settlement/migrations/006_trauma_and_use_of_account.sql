-- Trauma (外伤): who is liable for it ('own', 'third_party'), and the signed statement that no third party is.
ALTER TABLE visit ADD COLUMN injury text CHECK (injury IN ('own', 'third_party')), ADD COLUMN statement_id text;
-- Whether the personal account was to be used, whatever was in it: needed to settle again for another's sake.
-- Before this column was there, only a settlement that took something from the account is known to have asked.
ALTER TABLE settlement ADD COLUMN use_account boolean NOT NULL DEFAULT false;
