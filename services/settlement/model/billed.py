"""What was billed for a visit, so that a returned line (退费) is split like its original and cancels it."""

from collections import Counter, defaultdict

from services.settlement.model.registers.catalogue import Terms
from shared.benefit.lines import LinePart
from shared.money import round_fen


class Billed:
    """The terms and prices that each item was billed at, and how much of it is not yet returned (退费).

    An item is found by the code that the institution sent, whatever that is mapped to since, and by its
    national code.
    """

    def __init__(self) -> None:
        self._sold: dict[str, dict[tuple[str, Terms, int], None]] = defaultdict(dict)
        self._left_e4: Counter[tuple[str, Terms, int | None]] = Counter()

    def add(self, sent: str, item: str, terms: Terms, quantity_e4: int, price_e6: int) -> None:
        """Adds a line, billed or returned (quantity below 0). Lines are added oldest first."""
        if quantity_e4 > 0:
            for name in {sent, item}:
                self._sold[name].pop((item, terms, price_e6), None)
                self._sold[name][item, terms, price_e6] = None
        self._left_e4[item, terms, price_e6] += quantity_e4
        self._left_e4[item, terms, None] += quantity_e4

    def returned(
        self, sent: str, item: str, own: Terms, quantity_e4: int, price_e6: int
    ) -> tuple[str, Terms]:
        """The item and terms of the line that a return cancels; the return's own if no line has so much left.

        A return does not name its original. A line billed at the same price is preferred, then one under the
        return's own terms (those of its own day), then the newest.
        """
        sold = [*reversed(self._sold.get(sent) or self._sold.get(item) or ())]
        sold.sort(key=lambda one: one[1] != own)
        for price in (price_e6, None):
            for billed, terms, paid in sold:
                left_e4 = min(self._left_e4[billed, terms, price], self._left_e4[billed, terms, None])
                if price in (paid, None) and left_e4 + quantity_e4 >= 0:
                    return billed, terms
        return item, own


class Remaining:
    """What returns (退费) leave of an item's lines, in quantity and fen, by terms and price."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, Terms, int], tuple[int, LinePart]] = {}

    def add(self, item: str, terms: Terms, price_e6: int, quantity_e4: int, part: LinePart) -> None:
        """Adds a line, billed or returned (quantity below 0)."""
        name = item, terms, price_e6
        quantity, sums = self._held.get(name, (0, LinePart(0, 0, 0, 0)))
        left = LinePart(*(one + more for one, more in zip(sums, part, strict=True)))
        self._held[name] = quantity + quantity_e4, left

    def share(self, item: str, terms: Terms, price_e6: int, quantity_e4: int) -> LinePart | None:
        """Splits a returned quantity (below 0) as its share of what is left, so that the last leaves 0 fen.

        None where less is left: the return is then split by itself, and `returned_too_much` refuses it if
        more was returned than billed.
        """
        quantity, sums = self._held.get((item, terms, price_e6), (0, None))
        if sums is None or quantity + quantity_e4 < 0:
            return None
        return LinePart(*(round_fen(one * quantity_e4, quantity) for one in sums))
