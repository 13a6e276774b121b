-- The tree of agencies is entered by the area.
CREATE INDEX register_agency_area ON register ((content ->> 'area')) WHERE kind = 'agency';
