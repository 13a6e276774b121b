"""Outpatient bills in the national form (门诊, 2201-2208): collected step by step, settled whole; pure."""
