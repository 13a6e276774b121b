"""What a hospital asks about a stay between its admission and its case page."""
