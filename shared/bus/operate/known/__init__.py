"""Rebuilding what a service keeps of another's truth."""
