-- For which kinds an area asks for the institutions that the person chooses (异地定点医院), and those chosen.
ALTER TABLE filing_rules ADD COLUMN listed text[] NOT NULL DEFAULT '{}';
ALTER TABLE filing ADD COLUMN chosen text[] NOT NULL DEFAULT '{}';
