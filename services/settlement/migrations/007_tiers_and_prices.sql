-- What an insured area counts the tiers of other places as (医院等级对应), always whole: {"tier": "home tier"};
-- from a day on, '-infinity': from the beginning.
CREATE TABLE known_tier (
    insured_area text NOT NULL,
    in_force_from date NOT NULL,
    home_tiers text NOT NULL,
    PRIMARY KEY (insured_area, in_force_from)
);

-- What an insured area's public hospitals take (公立医院价格), in pages; items: [[item, tier, price in yuan], …].
CREATE TABLE known_price_page (
    page_id text PRIMARY KEY,
    area text NOT NULL,
    in_force_from date NOT NULL,
    items text NOT NULL,
    token uuid NOT NULL DEFAULT gen_random_uuid()
);
CREATE INDEX known_price_area ON known_price_page (area);
