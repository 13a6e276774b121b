"""Classifies fee lines (费用明细) by a catalogue, splits them and checks their sums. Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from services.settlement.costs.terms import national_items, terms_on
from services.settlement.keys import has_return
from services.settlement.model.billed import Billed, Remaining
from services.settlement.model.known import Known
from services.settlement.model.registers.catalogue import OUTSIDE, Terms
from services.settlement.model.upload import KeptLine
from shared.benefit.bill import Amounts
from shared.benefit.lines import Line, LinePart, LineSplit, split_line, split_lines
from shared.errors import refuse
from shared.messages.answer import Answer
from shared.messages.settlement.reimbursement import UploadSelfPaid
from shared.messages.settlement.visits import Control, FeeLine, OutpatientBill, UploadCosts
from shared.money import price_e6, quantity_e4

# Most lines have one of a few quantities and prices.
_quantity = lru_cache(maxsize=4_096)(quantity_e4)
_price = lru_cache(maxsize=4_096)(price_e6)

_LINE_FEN = 10**10
BILL_FEN = 10**11  # no visit's sums exceed it, so that sums over visits fit their fields


class Classified(NamedTuple):
    """Fee lines (费用明细) as they are kept, their sums, and the items that the catalogue does not have.

    `counted_fen`: the sum of quantity × price, as the sender adds up. The total of `split` may differ from it
    by rounding, since a returned line cancels its share of what was billed.
    """

    kept: list[KeptLine]
    split: LineSplit
    counted_fen: int
    unknown_items: tuple[str, ...]


def classify(
    known: Known, body: UploadCosts | OutpatientBill, cost_on: date, billed: Sequence[KeptLine] = ()
) -> Classified:
    """Splits lines by the catalogue on the day of the costs, as a rule the treatment place's (001 (三)).

    An item that the catalogue does not have is class 丙: the patient pays it. A return is split as its
    original was, which is sought among these lines and those `billed` before, given oldest first.
    """
    return split_by(body.lines, *terms_of(known, body, cost_on, billed), billed)


def terms_of(
    known: Known,
    body: UploadCosts | OutpatientBill | UploadSelfPaid,
    cost_on: date,
    billed: Sequence[KeptLine] = (),
) -> tuple[list[str], list[Terms]]:
    """The national code and the terms of each line's item, as in `classify`.

    A returned line has both from the line that it returns, whatever its code is mapped to by now.
    """
    lines, items = body.lines, national_items(known, body.institution_id, cost_on, body.lines)
    found = terms_on(known, body, cost_on)
    terms = [found[item] for item in items] if found is not None else [OUTSIDE] * len(items)
    return _with_returns(lines, items, terms, billed) if has_return(lines) else (items, terms)


def split_by(
    lines: Sequence[FeeLine],
    items: Sequence[str],
    terms: Sequence[Terms],
    billed: Sequence[KeptLine] = (),
) -> Classified:
    """Splits lines by their terms; returned ones as a share of what is left of these and those `billed`."""
    given = [_line(line, treated) for line, treated in zip(lines, terms, strict=True)]
    shares = _shares(given, items, terms, billed) if has_return(lines) else {}
    split = split_lines(given, shares)
    kept = [
        KeptLine(
            asked.line,
            item,
            line.category,
            line.quantity_e4,
            line.price_e6,
            line.level,
            treated is not OUTSIDE,
            *part,
            line.price_limit_e6,
            line.pre_self_pay_bp,
            None if item == asked.item else asked.item,
        )
        for asked, item, treated, line, part in zip(lines, items, terms, given, split.parts, strict=True)
    ]
    unknown = dict.fromkeys(line.local_item or line.item for line in kept if not line.known_item)
    counted_fen = sum(split_line(line).amount_fen for line in given) if shares else split.amounts.total_fen
    return Classified(kept, split, counted_fen, tuple(unknown))


def _with_returns(
    lines: Sequence[FeeLine], items: Sequence[str], terms: Sequence[Terms], billed: Sequence[KeptLine]
) -> tuple[list[str], list[Terms]]:
    """The items and terms of the lines; a returned line has those of the line that it returns."""
    held = Billed()
    for kept in billed:
        held.add(kept.local_item or kept.item, kept.item, kept.terms, kept.quantity_e4, kept.price_e6)
    named, found = list(items), list(terms)
    numbers = sorted(range(len(lines)), key=lambda number: lines[number].quantity[0] == "-")
    for number in numbers:
        line = lines[number]
        quantity_e4, price_e6 = _quantity(line.quantity), _price(line.price)
        if quantity_e4 < 0:
            asked = line.item, items[number], terms[number]
            named[number], found[number] = held.returned(*asked, quantity_e4, price_e6)
        held.add(line.item, named[number], found[number], quantity_e4, price_e6)
    return named, found


def _shares(
    given: Sequence[Line], items: Sequence[str], terms: Sequence[Terms], billed: Sequence[KeptLine]
) -> dict[int, LinePart]:
    """The split of each returned line, by its index: its share of what is left, so that roundings cancel."""
    held, shares = Remaining(), dict[int, LinePart]()
    for kept in billed:
        held.add(kept.item, kept.terms, kept.price_e6, kept.quantity_e4, kept.part)
    for number in sorted(range(len(given)), key=lambda number: given[number].quantity_e4 < 0):
        line, name = given[number], (items[number], terms[number], given[number].price_e6)
        share = held.share(*name, line.quantity_e4) if line.quantity_e4 < 0 else None
        if share:
            shares[number] = share
        held.add(*name, line.quantity_e4, share or split_line(line))
    return shares


def _line(line: FeeLine, terms: Terms) -> Line:
    return Line(line.category, terms[0], _quantity(line.quantity), _price(line.price), terms[1], terms[2])


def too_much(amounts: Amounts) -> Answer | None:
    """Refuses sums that are larger than any bill's."""
    if max(map(abs, amounts)) <= BILL_FEN:
        return None
    return refuse("INVALID_BILL", f"more than {BILL_FEN} fen in all")


def miscounted(lines: Sequence[FeeLine], classified: Classified, control: Control) -> Answer | None:
    """Refuses lines named twice, impossible amounts, and sums that are not the control total (对账总数)."""
    split = classified.split
    if len({line.line for line in lines}) != len(lines):
        names = Counter(line.line for line in lines)
        return refuse("LINE_ID_TAKEN", names.most_common(1)[0][0])
    if max(split.parts)[0] > _LINE_FEN or min(split.parts)[0] < -_LINE_FEN:
        return refuse("INVALID_BILL", f"a line above {_LINE_FEN} fen")
    if refusal := too_much(split.amounts):
        return refusal
    total_fen = split.amounts.total_fen
    if control.lines == len(lines) and control.total_fen in (total_fen, classified.counted_fen):
        return None
    return refuse("LINES_DO_NOT_ADD_UP", f"{len(lines)} lines, {total_fen} fen")
