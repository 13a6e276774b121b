"""Verification (核验) of the evidence trail: against itself, against its roots, and against the log.

Reads only, in memory that does not grow with the trail. What it finds are faults, each with its place.
"""
