-- Drafts of policies that wait for another officer's approval; public hospitals' prices; mappings of tiers.
ALTER TABLE register DROP CONSTRAINT register_kind_check;
ALTER TABLE register ADD CONSTRAINT register_kind_check CHECK (
    kind IN ('node', 'institution', 'center', 'agreement', 'policy', 'draft', 'catalogue', 'price', 'tiers')
);
