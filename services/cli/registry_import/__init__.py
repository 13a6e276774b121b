"""A registry folder (登记文件夹): TOML and CSV files that people write, read into the requests they mean.

Pure reading: nothing is sent from here, and what is registered already is not asked.
"""
