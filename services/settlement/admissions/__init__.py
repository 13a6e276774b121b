"""What becomes of an admission (入院登记) after it was told: changes of it, newborns, parts of long stays."""
