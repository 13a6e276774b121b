"""How an institution or an agency asks about filings (备案)."""
