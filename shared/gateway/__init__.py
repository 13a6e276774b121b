"""The gateway (网关): a hospital's HIS speaks the national transaction form to it, and it speaks to the bus.

`forms`: the envelope and the fields; `inpatient`, `outpatient`, `person`, `books`, `queries`: a small file a
transaction, pure; `table`: all of them; `store`: what is kept through an outage; `lanes`: sends it in order;
`backlog`: a little at a time where nobody waits.
"""
