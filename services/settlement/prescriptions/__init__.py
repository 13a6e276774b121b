"""Electronic prescriptions (电子处方): each is used once, wherever it is dispensed; a reversal frees it."""
