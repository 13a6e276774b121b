"""The months of the crash run: what the clearing centers do, and what must hold of it."""
