"""The words of the national form: its envelope, its fields, its faults, and what a transaction is."""
