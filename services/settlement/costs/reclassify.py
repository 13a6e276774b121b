"""Splits kept fee lines (费用明细) anew by another catalogue (三大目录), to compare the funds' part. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from services.settlement.model.billed import Remaining
from services.settlement.model.known import Known
from services.settlement.model.registers.catalogue import Terms
from services.settlement.model.upload import KeptLine, Upload, unpack_lines
from shared.benefit.lines import Line, LinePart, LineSplit, split_line, split_lines


class DatedLine(NamedTuple):
    """A kept line with the day of its costs, whose terms count."""

    cost_on: date
    kept: KeptLine


def dated(uploads: Iterable[Upload]) -> list[DatedLine]:
    """The lines of a stay's uploads by the day they came, of each day what was billed before what returns."""
    lines = [(one.heard_on, one.cost_on, line) for one in uploads for line in unpack_lines(one.lines)]
    lines.sort(key=lambda line: (line[0], line[2].quantity_e4 < 0, line[1]))
    return [DatedLine(cost_on, line) for _, cost_on, line in lines]


def reclassify(known: Known, area: str, lines: Sequence[DatedLine]) -> LineSplit | None:
    """The lines split by the catalogue of an area, its city or its province; None where there is none.

    A return is split as a share of what it returns, by the terms of that line's day, as when it was uploaded.
    """
    catalogue = known.catalogue(area)
    if catalogue is None:
        return None
    held, shares, given = Remaining(), dict[int, LinePart](), list[Line]()
    sold: dict[tuple[str, int], Terms] = {}
    for number, (cost_on, kept) in enumerate(lines):
        sort = kept.item, kept.price_e6
        terms = sold.get(sort) if kept.quantity_e4 < 0 else None
        terms = terms or catalogue.on(cost_on)[kept.item]
        line = Line(kept.category, terms.level, kept.quantity_e4, kept.price_e6, *terms[1:])
        share = (
            held.share(kept.item, terms, kept.price_e6, kept.quantity_e4) if kept.quantity_e4 < 0 else None
        )
        if share:
            shares[number] = share
        sold[sort] = terms
        held.add(kept.item, terms, kept.price_e6, kept.quantity_e4, share or split_line(line))
        given.append(line)
    return split_lines(given, shares)
