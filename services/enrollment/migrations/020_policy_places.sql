-- Policies of one insured area and scheme: which of them holds must never be chance.
CREATE INDEX register_policy_place ON register ((content -> 'policy' ->> 'insured_area'),
                                                (content -> 'policy' ->> 'scheme')) WHERE kind = 'policy';
