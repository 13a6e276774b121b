"""What an insured place may read of its own persons (参保地查询)."""
