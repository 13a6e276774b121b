"""Statements on paper (清算单): what a finance clerk reads, signs and files, as XLSX and as PDF.

What stands on it is decided once (`paper`, `tables`); `workbook` and `pdf` only say how it looks.
"""
