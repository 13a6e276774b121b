"""Sheets (表): one CSV or XLSX file as rows of cells, whatever the program that saved it did to them."""
