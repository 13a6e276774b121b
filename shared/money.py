"""Money (金额): integer fen, the one rounding function, and how amounts are read and written.

No float and no decimal type: quantities and prices are scaled integers. Who pays what is not
decided here.
"""

import re

QUANTITY_SCALE = 10**4
PRICE_SCALE = 10**6
FEN_SCALE = QUANTITY_SCALE * PRICE_SCALE // 100
"""quantity × price, both scaled, divided by this is fen."""

# At most 18 digits before the point: more are no price, and unbounded integers would be no amounts.
_QUANTITY = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,4})?")
_PRICE = re.compile(r"[0-9]{1,18}(\.[0-9]{1,6})?")


def round_fen(numerator: int, denominator: int) -> int:
    """An exact amount of fen, rounded half away from zero (四舍五入); `denominator` is above 0.

    Symmetric, so that a returned line cancels its original exactly.
    """
    if numerator < 0:
        return -((-2 * numerator + denominator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def yuan(fen: int) -> str:
    """Fen as yuan for people: `1234567` → `12345.67`."""
    if fen < 0:
        return "-" + yuan(-fen)
    digits = f"{fen:03d}"
    return f"{digits[:-2]}.{digits[-2:]}"


def quantity_e4(text: str) -> int:
    """A quantity string × 10⁴, negative for a returned line; ValueError for any other form."""
    return _scaled(_QUANTITY, text, 4)


def price_e6(text: str) -> int:
    """A unit price or price limit in yuan × 10⁶; ValueError for any other form."""
    return _scaled(_PRICE, text, 6)


def decimals(scaled: int, places: int) -> str:
    """A scaled integer as the string it was read from, without zeros at its end: `25000` of 4 is `2.5`."""
    digits = f"{abs(scaled):0{places + 1}d}"
    text = f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")
    return f"-{text}" if scaled < 0 else text


def _scaled(form: re.Pattern[str], text: str, places: int) -> int:
    if not form.fullmatch(text):
        raise ValueError(f"not a number of this form: {text[:40]!r}")
    whole, _, fraction = text.partition(".")
    return int(whole + fraction.ljust(places, "0"))
