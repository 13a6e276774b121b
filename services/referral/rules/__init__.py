"""The rules of referral, one noun a file: pure, known and message in, decision out."""
