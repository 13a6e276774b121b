-- Who may issue referral certificates (转诊机构名单), area by area, each list from a day on until the next.
CREATE TABLE known_issuers (
    area text NOT NULL,
    applies_from date NOT NULL,
    institutions text[] NOT NULL,
    PRIMARY KEY (area, applies_from)
);
