"""`yidi sandbox` and `yidi certify`: a whole bus for a vendor on one machine, and the catalogue of cases."""
