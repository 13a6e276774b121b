"""Persons, filings and reversals in the national form (人员、备案、冲正); pure."""
