"""Every SQL statement of settlement, one noun a module.

Locks are taken in one order: visits, year accounts, personal accounts, case pages; each by its key.
"""
