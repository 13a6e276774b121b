"""What `yidi demo` is made of: its own stage, the month's figures as the services hold them, pictures."""
