"""What else happens at the desks of a month: filings of every kind, refusals, and what is taken back."""
