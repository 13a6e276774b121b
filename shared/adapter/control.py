"""Control totals (对账总数): what the sender counted, so that a lost or doubled line is noticed."""

from collections.abc import Iterable

from shared.messages.settlement.visits import Control, FeeLine
from shared.money import FEN_SCALE, price_e6, quantity_e4, round_fen


def line_fen(line: FeeLine) -> int:
    """A line's amount: quantity × price, rounded to the fen; negative for a return."""
    return round_fen(quantity_e4(line.quantity) * price_e6(line.price), FEN_SCALE)


def control_of(lines: Iterable[FeeLine]) -> Control:
    """The number of lines and their sum."""
    amounts = [line_fen(line) for line in lines]
    return Control(lines=len(amounts), total_fen=sum(amounts))
