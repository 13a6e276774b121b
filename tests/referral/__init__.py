"""Tests of referral: rules as tables, the service on a real database."""
