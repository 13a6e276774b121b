"""The nouns of referral: filings, the coverage they rest on, the rules of areas. Nothing here waits."""
