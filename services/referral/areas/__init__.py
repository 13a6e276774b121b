"""How areas take filings (备案办理规则), as data."""
