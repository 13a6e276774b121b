"""What the tests of referral are given."""
