"""The nouns of settlement: what is kept about visits and their money, and what is known from others.

Everything here is pure. A row is a NamedTuple in the order of its table's columns; `stored` tells
whether the table has it yet.
"""
