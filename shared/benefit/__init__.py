"""The benefit engine (待遇计算): one bill under one policy, who pays what, and why.

Pure arithmetic on integers: nothing here waits, reads a clock or knows a database. The live service
and `yidi quote` ask the same `quote`; there is no second arithmetic.
"""
