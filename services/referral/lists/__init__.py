"""Lists of filings (备案查询): a person's own, and what an agency is to review or audit."""
