"""The desk of a clearing center (结算中心): what it has to do, and doing it."""
