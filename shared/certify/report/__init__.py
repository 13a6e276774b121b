"""The report of a certification (认证报告): one document, signed, and a page for people."""
