"""Stays in the national form, without a bus: what a transaction asks it, and what it refuses by itself."""
