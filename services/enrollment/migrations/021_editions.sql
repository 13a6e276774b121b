-- Editions of catalogues, mappings and price lists: which pages each consists of, as a whole.
ALTER TABLE register DROP CONSTRAINT register_kind_check;
ALTER TABLE register ADD CONSTRAINT register_kind_check CHECK (kind IN (
    'node', 'institution', 'center', 'agreement', 'policy', 'draft', 'catalogue', 'mapping', 'price', 'tiers',
    'edition'
));
