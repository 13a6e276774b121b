"""What was seen against what must be seen (评判)."""
