-- Institutions' own item codes (院内编码对照), in pages.
ALTER TABLE register DROP CONSTRAINT register_kind_check;
ALTER TABLE register ADD CONSTRAINT register_kind_check CHECK (kind IN (
    'node', 'institution', 'center', 'agreement', 'policy', 'draft', 'catalogue', 'mapping', 'price', 'tiers'
));
