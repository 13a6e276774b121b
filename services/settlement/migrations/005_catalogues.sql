-- Whose catalogue classifies the lines, as the agreement says; those heard before are the treatment place's.
ALTER TABLE known_agreement ADD COLUMN catalog_mode text NOT NULL DEFAULT 'treatment';

-- A process reads only the pages that it does not hold in their newest version.
ALTER TABLE known_catalogue_page ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();

-- Only what classifies, and without names: a page of 500 items weighs a third of what it did.
UPDATE known_catalogue_page SET items = (
    SELECT coalesce(jsonb_agg(jsonb_build_array(
        item -> 'item', item -> 'level', item -> 'price_limit', item -> 'pre_self_pay_bp') ORDER BY number
    ), '[]')::text
    FROM jsonb_array_elements(items::jsonb) WITH ORDINALITY AS listed (item, number)
);
COMMENT ON COLUMN known_catalogue_page.items IS '[[item, level, price limit in yuan or null, pre-self-pay in bp], …]';

-- The national codes that an institution's own ones stand for, in pages; items: [[local item, item], …].
CREATE TABLE known_mapping_page (
    page_id text PRIMARY KEY,
    institution_id text NOT NULL,
    in_force_from date NOT NULL,
    items text NOT NULL,
    token uuid NOT NULL DEFAULT gen_random_uuid()
);
CREATE INDEX known_mapping_institution ON known_mapping_page (institution_id);
