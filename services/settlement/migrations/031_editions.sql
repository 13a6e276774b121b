-- Editions of catalogues, mappings and price lists: the newest of which every page is here counts, alone.
ALTER TABLE known_catalogue_page ADD COLUMN in_edition boolean NOT NULL DEFAULT false;
ALTER TABLE known_mapping_page ADD COLUMN in_edition boolean NOT NULL DEFAULT false;
ALTER TABLE known_price_page ADD COLUMN in_edition boolean NOT NULL DEFAULT false;

CREATE TABLE known_edition (
    subject text NOT NULL,
    number int NOT NULL,
    page_ids text[] NOT NULL,
    PRIMARY KEY (subject, number)
);
