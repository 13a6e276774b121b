"""An upload of fee lines (费用明细上传): a row of its own, its split lines in one column."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import msgpack

from services.settlement.model.registers.catalogue import OUTSIDE, Terms
from shared.benefit.bill import Amounts, CategorySum
from shared.benefit.lines import Level, LinePart

FEES_PAGE = 200  # lines in one answer about a visit's fees


class KeptLine(NamedTuple):
    """A fee line (费用明细) as it was split, with its terms; `known_item`: the catalogue had the item.

    `local_item`: the institution's own code, where it sent one that is mapped to `item`. `home_price_e6`: the
    price at home that a self-paid line was compared with, in yuan × 10⁶.
    """

    line: str
    item: str
    category: str
    quantity_e4: int
    price_e6: int
    level: Level
    known_item: bool
    amount_fen: int
    full_self_pay_fen: int
    over_limit_fen: int
    pre_self_pay_fen: int
    price_limit_e6: int | None = None
    pre_self_pay_bp: int = 0
    local_item: str | None = None
    home_price_e6: int | None = None

    @property
    def part(self) -> LinePart:
        """How its amount was split."""
        return LinePart(self.amount_fen, self.full_self_pay_fen, self.over_limit_fen, self.pre_self_pay_fen)

    @property
    def is_unpriced(self) -> bool:
        """Whether the fund may pay a part of the line (not 丙), and no price at home was found for it."""
        return self.home_price_e6 is None and self.level != "03"

    @property
    def terms(self) -> Terms:
        """The terms that the line was split by."""
        return Terms(self.level, self.price_limit_e6, self.pre_self_pay_bp) if self.known_item else OUTSIDE


class Upload(NamedTuple):
    """An upload (费用明细上传); `categories` and `lines` are packed. Read for its sums, it has no lines.

    `counted_fen`: the sum of quantity × price, as the sender adds up. `total_fen` may differ from it by
    rounding, since a returned line cancels its share of what was billed.
    """

    visit_id: str
    upload_id: str
    person_id: str
    institution_id: str
    request_id: str
    cost_on: date
    heard_on: date
    line_count: int
    total_fen: int
    full_self_pay_fen: int
    over_limit_fen: int
    pre_self_pay_fen: int
    counted_fen: int
    categories: bytes
    lines: bytes = b""

    @property
    def amounts(self) -> Amounts:
        """Its four sums."""
        return Amounts(self.total_fen, self.full_self_pay_fen, self.over_limit_fen, self.pre_self_pay_fen)


class UploadedLine(NamedTuple):
    """A fee line with its upload and the day of its costs; a bill that came whole has no upload."""

    upload_id: str
    cost_on: date
    kept: KeptLine


class Withdrawal(NamedTuple):
    """An upload undone (撤销上传)."""

    visit_id: str
    upload_id: str
    withdrawn_on: date


class ItemTotal(NamedTuple):
    """What was billed of an item (项目) under the same terms, less what was returned (退费)."""

    quantity_e4: int
    amount_fen: int


def pack_lines(lines: Sequence[KeptLine]) -> bytes:
    """Packs split lines as bytes, for one column."""
    packed: bytes = msgpack.packb(lines)
    return packed


def unpack_lines(packed: bytes) -> list[KeptLine]:
    """The split lines of an upload or of an outpatient bill."""
    return [KeptLine(*line) for line in msgpack.unpackb(packed)]


def pack_categories(by_category: dict[str, CategorySum]) -> bytes:
    """Packs category sums as bytes, for one column."""
    packed: bytes = msgpack.packb(by_category)
    return packed


def unpack_categories(packed: bytes) -> dict[str, CategorySum]:
    """The category sums of an upload."""
    return {category: CategorySum(*sums) for category, sums in msgpack.unpackb(packed).items()}


def item_totals(lines: Iterable[KeptLine]) -> dict[tuple[str, Terms], ItemTotal]:
    """Per item and terms, what was billed less what was returned."""
    totals: dict[tuple[str, Terms], ItemTotal] = {}
    for line in lines:
        name = line.item, line.terms
        quantity, amount = totals.get(name, (0, 0))
        totals[name] = ItemTotal(quantity + line.quantity_e4, amount + line.amount_fen)
    return totals


def returned_too_much(lines: Iterable[KeptLine]) -> str | None:
    """The first item of which more was returned than billed under some terms, in quantity or fen, if any."""
    totals = item_totals(lines).items()
    return next((item for (item, _), total in totals if total.quantity_e4 < 0 or total.amount_fen < 0), None)
