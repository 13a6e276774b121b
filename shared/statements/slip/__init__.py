"""The settlement slip (医疗费用结算单): one settlement on one page, every fund, ratio and clause.

What stands on it is decided once (`paper`); `pdf` and `html` only say how it looks.
"""
