"""What the registers hold, read beside the running service: the public directory and whom it leaves out."""
