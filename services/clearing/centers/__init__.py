"""Clearing centers: which node speaks for each and when, what it is called, and its bank account."""
