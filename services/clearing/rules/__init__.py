"""The decisions of clearing, pure: one noun a file."""
