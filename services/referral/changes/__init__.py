"""Filings that go on (备案延续与变更)."""
