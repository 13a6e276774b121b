"""The offices of hospitals and centers at the month's end: claims, statements, money ahead, the bank."""
