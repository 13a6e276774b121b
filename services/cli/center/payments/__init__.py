"""A center and its bank: what it pays, what the bank says of it, and what a hospital was paid."""
