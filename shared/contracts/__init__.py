"""The public contracts (接口契约): JSON Schemas, the AsyncAPI page and golden examples of every message.

Generated from the message classes by `python -m shared.contracts`, checked in, compared by a test;
`released/` holds the schemas as they were released; a version's schema may only grow by optional properties.
"""
