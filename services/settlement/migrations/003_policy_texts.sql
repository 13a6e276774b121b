-- The exact text of every policy that was ever heard, by its digest: a settlement is explained by the text it
-- was made under, also once another one stands under the same id.
CREATE TABLE policy_text (
    digest text PRIMARY KEY,
    body text NOT NULL
);
COMMENT ON TABLE policy_text IS 'append-only: what settlements were made under';
INSERT INTO policy_text SELECT DISTINCT digest, body FROM known_policy;
ALTER TABLE known_policy DROP COLUMN body;
COMMENT ON COLUMN settlement.explanation IS 'what went in and what came out: every step can be told again from it and the policy_text';
