"""What a visit was billed, so that a returned line (退费) is split as the line it returns, and cancels it."""

from collections import Counter, defaultdict

from services.settlement.model.catalogue import Terms


class Billed:
    """Of each item, the terms and prices it was billed at, and how much of it is not yet returned."""

    def __init__(self) -> None:
        self._sold: dict[str, dict[tuple[Terms, int], None]] = defaultdict(dict)
        self._left_e4: Counter[tuple[str, Terms, int | None]] = Counter()

    def add(self, item: str, terms: Terms, quantity_e4: int, price_e6: int) -> None:
        """One more line, billed or returned (below 0); the oldest first."""
        if quantity_e4 > 0:
            self._sold[item].pop((terms, price_e6), None)
            self._sold[item][terms, price_e6] = None
        self._left_e4[item, terms, price_e6] += quantity_e4
        self._left_e4[item, terms, None] += quantity_e4

    def terms_of_return(self, item: str, own: Terms, quantity_e4: int, price_e6: int) -> Terms:
        """The terms of the line that a return cancels; `own`, those of the return's day, where none is left.

        No return names its original: one billed at the same price comes first, then one under the return's
        own terms, then the newest.
        """
        sold = [*reversed(self._sold[item])]
        sold.sort(key=lambda one: one[0] != own)
        for price in (price_e6, None):
            for terms, paid in sold:
                left_e4 = min(self._left_e4[item, terms, price], self._left_e4[item, terms, None])
                if price in (paid, None) and left_e4 + quantity_e4 >= 0:
                    return terms
        return own
