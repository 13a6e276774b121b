-- What was told of who pools is found by its area.
CREATE INDEX register_pooling_area ON register ((content ->> 'area')) WHERE kind = 'pooling';
