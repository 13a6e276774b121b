"""Compares prices elsewhere, item by item, with those of public hospitals at home (001 (三)).

What was paid above a price at home is the patient's own (超过部分个人自费); a lower price is settled as it is
(据实结算). Looking up the price at home is left to the caller.
"""

from shared.benefit.lines import Level


def allowed_limit_e6(level: Level, price_limit_e6: int | None, home_price_e6: int | None) -> int | None:
    """The limit of a line's price, yuan × 10⁶: the catalogue's or the price at home, whichever is lower.

    An item that the patient pays in full anyway (丙), or without a price at home, keeps its limit.
    """
    if level == "03" or home_price_e6 is None:
        return price_limit_e6
    return home_price_e6 if price_limit_e6 is None else min(price_limit_e6, home_price_e6)
