"""Every SQL statement of clearing, one function each, one noun a file."""
