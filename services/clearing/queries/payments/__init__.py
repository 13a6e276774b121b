"""What centers pay, and what institutions are owed and paid, read beside the running service."""
