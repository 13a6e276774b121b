"""The nouns of clearing, one a file; each row type is one table of the service. No rule lives here."""
