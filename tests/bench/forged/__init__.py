"""The forged run: records of every bad shape while hospitals work; nobody else may notice them."""
