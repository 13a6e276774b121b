-- No page is due of a stay whose discharge was cancelled.
ALTER TABLE case_page ALTER COLUMN due_on DROP NOT NULL;
