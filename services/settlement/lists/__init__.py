"""The settlement list (结算清单) of a visit: what it still lacks."""
