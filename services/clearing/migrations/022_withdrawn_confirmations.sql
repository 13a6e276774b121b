-- A center may take its confirmation back while nothing was built on it, and its disputes with it: they move no
-- money by themselves. What was said before stays in the log and the trail.
COMMENT ON TABLE dispute IS 'lines that dropped out of a statement, until their center takes that back';
COMMENT ON TABLE reentry IS 'lines that come back after a dispute, until the statement is opened again';
