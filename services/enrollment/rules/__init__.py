"""The rules of enrollment, one noun a file: pure, known and request in, decision out."""
