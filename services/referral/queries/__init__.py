"""What is read of filings beside the running service: the door for the command line."""
