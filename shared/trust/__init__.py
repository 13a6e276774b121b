"""What lets others trust a document without asking us (互信): keys and signatures."""
