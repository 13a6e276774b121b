"""Reviews of filings (审核): the steps of a chain, and the audit of what was in force at once."""
