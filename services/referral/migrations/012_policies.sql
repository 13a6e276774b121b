-- Which policy (待遇政策) holds where and when: its area is where those insured by it are at home.
CREATE TABLE known_policy (
    policy_id text PRIMARY KEY,
    insured_area text NOT NULL,
    scheme text NOT NULL,
    in_force_from date NOT NULL,
    in_force_until date NOT NULL,
    issuer_level text NOT NULL,
    replaces text
);
CREATE INDEX known_policy_area ON known_policy (insured_area);
