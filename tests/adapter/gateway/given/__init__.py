"""A running gateway, and the transactions that a HIS sends to it."""
