-- The stages of areas (开通进度) as enrollment tells them; an empty service or disease: of all.
CREATE TABLE known_rollout (
    area text NOT NULL,
    service text NOT NULL,
    disease text NOT NULL,
    applies_from date NOT NULL,
    stage text NOT NULL,
    PRIMARY KEY (area, service, disease, applies_from)
);
