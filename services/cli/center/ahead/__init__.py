"""What a center does with money that lies ahead, and with interest and fees, from the command line."""
