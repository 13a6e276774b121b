"""Designated institutions (定点医药机构): how they join, are published and suspended, and change hands."""
