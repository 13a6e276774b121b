"""What is known of persons, from the command line: the keys that it is encrypted with."""
