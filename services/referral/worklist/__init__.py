"""Referred patients (转诊接诊): announced to an institution, answered by it, and listed for it."""
