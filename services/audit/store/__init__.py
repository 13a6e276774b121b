"""Every SQL statement of the audit service, one function each: the trail, deadlines, evidence. No rules."""
