"""Fee lines (费用明细) split into what is in scope and what is not, and their sums.

The catalogue has classified each line before; the sums of several uploads add up to the bill's.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from shared.benefit.bill import Amounts, CategorySum
from shared.money import FEN_SCALE, round_fen

Level = Literal["01", "02", "03"]


class Line(NamedTuple):
    """One fee line; level 甲 01, 乙 02, 丙 03; quantity × 10⁴, negative for a return; prices yuan × 10⁶."""

    category: str
    level: Level
    quantity_e4: int
    price_e6: int
    price_limit_e6: int | None = None
    pre_self_pay_bp: int = 0


class LinePart(NamedTuple):
    """How one line splits (费用分割), in fen; what is left of the amount is in scope."""

    amount_fen: int
    full_self_pay_fen: int
    over_limit_fen: int
    pre_self_pay_fen: int


class LineSplit(NamedTuple):
    """The lines' parts in their order, with the sums of them all and of each category that occurs."""

    parts: tuple[LinePart, ...]
    amounts: Amounts
    by_category: dict[str, CategorySum]


_NONE: Mapping[int, LinePart] = {}


def split_line(line: Line) -> LinePart:
    """Splits one line; each part is rounded once, so that a return cancels its original to the fen."""
    quantity_e4, price_e6, limit_e6 = line.quantity_e4, line.price_e6, line.price_limit_e6
    amount = round_fen(quantity_e4 * price_e6, FEN_SCALE)
    if line.level == "03":
        return LinePart(amount, amount, 0, 0)
    over = 0
    if limit_e6 is not None and price_e6 > limit_e6:
        over = round_fen(quantity_e4 * (price_e6 - limit_e6), FEN_SCALE)
    pre = round_fen((amount - over) * line.pre_self_pay_bp, 10_000) if line.pre_self_pay_bp else 0
    return LinePart(amount, 0, over, pre)


def split_lines(lines: Iterable[Line], returned: Mapping[int, LinePart] = _NONE) -> LineSplit:
    """Splits the lines of a bill or of one upload; the sums of an upload of returns may be negative.

    `returned`: the parts of those lines, by their number, that are worked out from what they return.
    """
    parts: list[LinePart] = []
    categories: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        part = returned.get(number) or split_line(line)
        parts.append(part)
        amount, full, over, pre = part
        self_pay = full + over + pre
        sums = categories.setdefault(line.category, [0, 0, 0, 0])
        sums[0] += amount
        sums[2 if line.level == "02" else 1] += amount - self_pay
        sums[3] += self_pay
    by_category = {category: CategorySum(*categories[category]) for category in sorted(categories)}
    return LineSplit(tuple(parts), add_amounts(parts), by_category)


def add_amounts(sums: Iterable[tuple[int, int, int, int]]) -> Amounts:
    """The sums of several splits as one."""
    total = full = over = pre = 0
    for one_total, one_full, one_over, one_pre in sums:
        total += one_total
        full += one_full
        over += one_over
        pre += one_pre
    return Amounts(total, full, over, pre)


def add_categories(sums: Iterable[Mapping[str, CategorySum]]) -> dict[str, CategorySum]:
    """The category sums of several splits as one."""
    categories: dict[str, list[CategorySum]] = {}
    for one in sums:
        for category, amounts in one.items():
            categories.setdefault(category, []).append(amounts)
    return {
        category: CategorySum(*map(sum, zip(*categories[category], strict=True)))
        for category in sorted(categories)
    }
