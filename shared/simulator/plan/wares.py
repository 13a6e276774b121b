"""What is done for a patient and what it costs: invented items of the sample catalogues, as fee lines."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple

from shared.messages.settlement.visits import FeeLine


class Ware(NamedTuple):
    """An item with its fee category and the range of its price, in fen; `most`: the largest quantity."""

    item: str
    category: str
    low_fen: int
    high_fen: int
    most: int


DAILY = (
    Ware("X01-001", "01", 4_000, 9_000, 1),
    Ware("X02-001", "02", 800, 5_000, 1),
    Ware("X05-006", "05", 1_500, 9_000, 2),
    Ware("X07-001", "07", 1_200, 4_500, 1),
    Ware("X07-004", "07", 600, 1_200, 2),
    Ware("X08-001", "08", 900, 2_400, 4),
    Ware("X08-010", "08", 3_000, 9_000, 2),
    Ware("X09-003", "09", 1_800, 9_500, 3),
    Ware("X09-006", "09", 2_000, 4_200, 4),
    Ware("X09-010", "09", 900, 12_000, 2),
    Ware("X09-018", "09", 5_500, 9_900, 2),
    Ware("X11-004", "11", 2_200, 6_800, 2),
)
EXAMINATIONS = (
    Ware("X03-001", "03", 9_000, 36_000, 1),
    Ware("X03-005", "03", 32_000, 61_000, 1),
    Ware("X03-006", "03", 12_000, 90_000, 1),
    Ware("X04-004", "04", 1_500, 8_000, 3),
    Ware("X04-006", "04", 8_000, 14_500, 1),
    Ware("X04-013", "04", 12_000, 38_000, 1),
)
OPERATIONS = (
    Ware("X06-001", "06", 180_000, 600_000, 1),
    Ware("X06-003", "06", 90_000, 420_000, 1),
    Ware("X06-009", "06", 320_000, 480_000, 1),
    Ware("X08-005", "08", 120_000, 260_000, 2),
    Ware("X08-013", "08", 30_000, 160_000, 1),
)
CLINIC = (
    Ware("X13-001", "13", 100, 300, 1),
    Ware("X02-003", "02", 800, 2_600, 1),
    Ware("X04-004", "04", 1_500, 7_000, 2),
    Ware("X03-009", "03", 3_000, 16_000, 1),
    Ware("X09-003", "09", 900, 4_500, 2),
    Ware("X11-001", "11", 1_400, 4_400, 2),
)
SHOP = (
    Ware("X09-014", "09", 180, 900, 6),
    Ware("X09-015", "09", 1_200, 4_800, 2),
    Ware("X09-021", "09", 1_800, 4_600, 2),
    Ware("X11-005", "11", 1_500, 5_200, 2),
    Ware("X11-007", "11", 900, 3_600, 3),
)
UNKNOWN = Ware("Z99-001", "14", 500, 3_000, 1)  # stands in no catalogue
_UNKNOWN_IN = 150


def draw_lines(draw: Random, prefix: str, wares: Sequence[Ware], count: int) -> list[FeeLine]:
    """`count` lines of different wares (all of them if there are fewer); line ids begin with `prefix`."""
    chosen = draw.sample(wares, min(count, len(wares)))
    if not draw.randrange(_UNKNOWN_IN):
        chosen.append(UNKNOWN)
    return [_line(draw, f"{prefix}.{number}", ware) for number, ware in enumerate(chosen)]


def draw_day(draw: Random, prefix: str, *, first: bool, operation: bool) -> list[FeeLine]:
    """A day in hospital: care and drugs, examinations at first, an operation and what it takes."""
    lines = draw_lines(draw, f"{prefix}.d", DAILY, draw.randint(7, len(DAILY)))
    if first:
        lines += draw_lines(draw, f"{prefix}.e", EXAMINATIONS, draw.randint(2, len(EXAMINATIONS)))
    if operation:
        lines += draw_lines(draw, f"{prefix}.o", OPERATIONS, draw.randint(2, len(OPERATIONS)))
    return lines


def returned(lines: Sequence[FeeLine], prefix: str) -> Iterator[FeeLine]:
    """The last of these lines given back (退费), at its own price."""
    last = lines[-1]
    yield last.model_copy(update={"line": f"{prefix}.r", "quantity": f"-{last.quantity}"})


def _line(draw: Random, name: str, ware: Ware) -> FeeLine:
    fen = draw.randint(ware.low_fen, ware.high_fen)
    return FeeLine(
        line=name,
        item=ware.item,
        category=ware.category,
        quantity=str(draw.randint(1, ware.most)),
        price=f"{fen // 100}.{fen % 100:02d}",
    )
