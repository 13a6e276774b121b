"""Payments and the bank (拨付与银行对账): what is to be paid, as files, and what the bank says of it.

Pure: nothing here waits, reads a clock or opens a file. A payment order (`payment`) stands in a run that is
written as XML (`pain`) or CSV (`run`). A bank's statements are read from XML (`camt`) or CSV
(`statement_csv`) into entries (`entry`). `match` says which orders they paid, which came back, and what is
left with its cause.
"""
