-- What an area has shown with a filing, by kind (as JSON), and by which channels it takes filings (none: by all).
ALTER TABLE filing_rules ADD COLUMN required_materials text NOT NULL DEFAULT '[]',
    ADD COLUMN channels text[] NOT NULL DEFAULT '{}';
-- What was shown with a filing; a commitment stands for what was not.
ALTER TABLE filing ADD COLUMN materials text[] NOT NULL DEFAULT '{}';
