"""The nouns of settlement: visits and their money, and copies of what other services own.

Everything here is pure. A row is a NamedTuple with, as a rule, a field for each column of its table; `stored`
tells whether the table already has the row.
"""
