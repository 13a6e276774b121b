"""The national form over HTTP, against the live services."""
