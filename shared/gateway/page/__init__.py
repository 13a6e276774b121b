"""The page of interfaces (接口文档) and the table of transactions, made for people."""
