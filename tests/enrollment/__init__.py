"""Tests of enrollment: rules as tables, the service on a real database, the registry's files."""
