"""Names (名称) beside codes, wherever a person reads. Nothing is decided by a name."""
