"""Certification (接入认证): whether a vendor's adapter does what it must, also when things go wrong.

`cases` says what is played and what must be seen, `judge` compares, `play` does it on real brokers with the
real services, `report` tells. `example` is an adapter of our own, to read and to certify.
"""
