"""What travels about the network: who takes part in it, from when on, and in which codes they speak."""
